namespace Fuzz.Targets;

[Collection("The one map of the process")]
public class AllTargetsTests
{
    public AllTargetsTests() => Coverage.Prepare();

    public static TheoryData<string> Names => [.. AllTargets.List.Select(target => target.Name)];

    [Fact]
    public void OurEncoderMakesASeedOfEveryMessage() =>
        Assert.Equal(
            EncodedMessages.Rewrite.Keys.Order(),
            EncodedMessages.All.Select(frame => ((ushort)frame[0], frame[2])).Distinct().Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void EverySeedIsWithinLengthAndNoFinding(string name)
    {
        var target = AllTargets.List.Single(one => one.Name == name);
        var seeds = target.Seeds().ToList();

        Assert.NotEmpty(seeds);
        Assert.All(seeds, seed => Assert.InRange(seed.Length, 0, target.LengthMax));
        seeds.ForEach(seed => target.Try(seed));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASeedCutAnywhereIsNoFinding(string name)
    {
        var target = AllTargets.List.Single(one => one.Name == name);
        var seed = target.Seeds().MaxBy(seed => Math.Min(seed.Length, 100))!;
        for (var length = 0; length < Math.Min(seed.Length, 100); length++)
        {
            target.Try(seed.AsSpan(0, length));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(252)] // With the handshake before it.
    public void AStoryIsPlayedToItsEnd(byte manner)
    {
        var story = new ClientStory(encrypted: true, manner);
        using (story)
        {
            var acts = new Act(HonestStories.All.First().AsSpan(1));
            while (acts.TryNext(out var kind, out var body))
            {
                story.Play(kind, body);
            }

            // Every fifth share would be of the slot's work before, and there is none.
            Assert.False(story.IsOver, "An honest pool lost its miner.");
            Assert.Equal(3 + 4, story.SharesArrived);
        }
    }
}
