namespace Drivers.Hashing.Cpu;

public sealed class CoresLockTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void WhoeverLooksSeesWhetherSomebodyHashes()
    {
        Assert.True(CoresLock.IsFree(file));

        var taken = CoresLock.TryTake(file);
        Assert.NotNull(taken);
        Assert.False(CoresLock.IsFree(file));
        Assert.Null(CoresLock.TryTake(file));

        taken.Dispose();
        Assert.True(CoresLock.IsFree(file));
    }

    [Fact]
    public void AFileThatIsNotThereProvesNothing()
    {
        var refusal = Assert.Throws<IOException>(() => CoresLock.IsFree("/nowhere/cpu.toml"));

        Assert.StartsWith("/nowhere/cpu.toml: ", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(file);
}
