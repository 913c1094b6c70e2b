namespace Firmware;

public sealed class DurableFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("durable").FullName;

    private string File1 => Path.Combine(folder, "a", "b", "one.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AFileIsReplacedAndNothingElseIsLeftBehind()
    {
        DurableFile.Write(File1, "an old one, which is longer"u8);
        File.WriteAllText(File1 + DurableFile.Unfinished, "what a loss of power left");
        DurableFile.Write(File1, "new"u8);

        Assert.Equal("new", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFiles(Path.GetDirectoryName(File1)!));
    }

    [Fact]
    public void WhatCannotBeWrittenLeavesTheOldContent()
    {
        DurableFile.Write(File1, "old"u8);
        Directory.CreateDirectory(File1 + DurableFile.Unfinished);

        Assert.ThrowsAny<Exception>(() => DurableFile.Write(File1, "new"u8));

        Assert.Equal("old", File.ReadAllText(File1));
    }

    [Fact]
    public void AFileThatStandsInTheWayOfTheFolderIsAnIoException()
    {
        File.WriteAllText(Path.Combine(folder, "a"), "in the way");

        Assert.ThrowsAny<IOException>(() => DurableFile.Write(File1, "new"u8));
    }

    [Fact]
    public void AFullFlashKeepsTheOldContentAndNothingUnfinished()
    {
        const string full = "/dev/full";
        var path = Path.Combine(folder, "one.json");
        DurableFile.Write(path, "old"u8);
        File.CreateSymbolicLink(path + DurableFile.Unfinished, full);

        Assert.Throws<IOException>(() => DurableFile.Write(path, "new"u8));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void AMovedFileIsAtItsNewPlaceAlone()
    {
        DurableFile.Write(File1, "moved"u8);
        var to = Path.Combine(folder, "c", "two.json");
        DurableFile.Move(File1, to);

        Assert.Equal("moved", File.ReadAllText(to));
        Assert.False(File.Exists(File1));
    }
}
