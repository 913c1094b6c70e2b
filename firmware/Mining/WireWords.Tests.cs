using Drivers.Hashing;

namespace Firmware.Mining;

public class WireWordsTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(3);
    private readonly WireWords words = new();

    [Theory]
    [InlineData(1000, 10, 0, null)] // A percent, but only ten.
    [InlineData(2000, 20, 0, null)]
    [InlineData(2000, 21, 0, "21 of 2000 answers within a minute were to questions that nobody had asked")]
    [InlineData(2000, 0, 20, null)]
    [InlineData(2000, 0, 21, "21 of 2000 answers within a minute named two small cores")]
    [InlineData(2000, 21, 21, "21 of 2000 answers within a minute were to questions")]
    public void MuchNonsenseInAMinuteIsSaid(long answers, long unasked, long smallCores, string? word)
    {
        words.Step(Status(5000, 400, 300), Start); // What was before is not of this minute.
        words.Step(Status(5000 + answers, 400 + unasked, 300 + smallCores), Start + WireWords.Window);

        Assert.StartsWith(word ?? "", words.Word ?? "", StringComparison.Ordinal);
        Assert.Equal(word is null, words.Word is null);
    }

    [Fact]
    public void AMinuteThatMakesSenseEndsIt()
    {
        words.Step(Status(0, 0, 0), Start);
        words.Step(Status(500, 100, 0), Start + WireWords.Window / 2);
        Assert.Null(words.Word);
        words.Step(Status(1000, 200, 0), Start + WireWords.Window);
        Assert.NotNull(words.Word);

        words.Step(Status(2000, 200, 0), Start + 2 * WireWords.Window);
        Assert.Null(words.Word);
    }

    [Fact] // Results that come while a clock moves are no noise.
    public void DisbelievedResultsAreNoSign()
    {
        words.Step(default, Start);
        words.Step(Status(1000, 0, 0) with { LeftAside = new(900, 0, 0) }, Start + WireWords.Window);

        Assert.Null(words.Word);
    }

    private static ChainStatus Status(long frames, long unasked, long smallCores) => default(ChainStatus) with
    {
        Frames = frames,
        LeftAside = new LeftAside(Disbelieved: 7, unasked, smallCores),
    };
}
