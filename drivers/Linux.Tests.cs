namespace Drivers;

public sealed class LinuxTests
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
}
