using System.Runtime.InteropServices;

namespace Drivers;

public sealed partial class LinuxTests
{
    /// <summary>Without the right to go first nobody does; then it is only asked that nobody gets it so.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhoGoesFirstWaitsItsTurnForAWhileAndThenGoesFirstAgain(bool fails)
    {
        var (may, before, meanwhile, after) = (false, false, true, false);
        var thread = new Thread(() =>
        {
            may = Linux.TryGoFirst(1);
            before = Linux.GoesFirst;
            try
            {
                Linux.WaitingItsTurn(() =>
                {
                    meanwhile = Linux.GoesFirst;
                    if (fails)
                    {
                        throw new IOException("there is no such pin");
                    }
                });
            }
            catch (IOException) when (fails)
            {
            }

            after = Linux.GoesFirst;
        });

        thread.Start();
        thread.Join();

        Assert.Equal((may, false, may), (before, meanwhile, after));
    }

    [Fact] // Where a limit of the process lets guard go first, the kernel refuses more than where a privilege does.
    public void WhoHasLostThePrivilegeSinceWaitsItsTurnToo()
    {
        var (may, before, meanwhile) = (false, false, true);
        var thread = new Thread(() =>
        {
            may = Linux.TryGoFirst(1);
            LosePrivilege();
            before = Linux.GoesFirst;
            Linux.WaitingItsTurn(() => meanwhile = Linux.GoesFirst);
        });

        thread.Start();
        thread.Join();

        Assert.Equal((may, false), (before, meanwhile));
    }

    /// <summary>Of the calling thread alone: CAP_SYS_NICE is not effective any more.</summary>
    private static unsafe void LosePrivilege()
    {
        const uint maySetPriorities = 1 << 23;
        var header = stackalloc uint[] { 0x2008_0522, 0 }; // Version 3; the calling thread.
        var rights = stackalloc uint[6]; // Twice: effective, permitted, inheritable.
        Assert.Equal(0, GetRights(header, rights));
        rights[0] &= ~maySetPriorities;
        Assert.Equal(0, SetRights(header, rights));
    }

    [LibraryImport("libc", EntryPoint = "capget")]
    private static unsafe partial int GetRights(uint* header, uint* rights);

    [LibraryImport("libc", EntryPoint = "capset")]
    private static unsafe partial int SetRights(uint* header, uint* rights);
}
