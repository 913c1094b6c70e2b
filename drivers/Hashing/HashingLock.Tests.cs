namespace Drivers.Hashing;

public sealed class HashingLockTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void WhoeverLooksSeesWhetherSomebodyHashes()
    {
        Assert.True(HashingLock.IsFree(file));

        var taken = HashingLock.TryTake(file);
        Assert.NotNull(taken);
        Assert.False(HashingLock.IsFree(file));
        Assert.Null(HashingLock.TryTake(file));

        taken.Dispose();
        Assert.True(HashingLock.IsFree(file));
    }

    [Fact]
    public void AFileThatIsNotThereProvesNothing()
    {
        var refusal = Assert.Throws<IOException>(() => HashingLock.IsFree("/nowhere/cpu.toml"));

        Assert.StartsWith("/nowhere/cpu.toml: ", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(file);
}
