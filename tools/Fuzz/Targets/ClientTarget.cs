namespace Fuzz.Targets;

/// <summary>
/// The whole client behind a wire in memory. The input is how it is configured, then a story, an act a step: a frame
/// from the pool, raw bytes, time that passes, shares that the chips found, a wire that is full or breaks, the pool
/// that hangs up.
/// </summary>
internal sealed class ClientTarget(string name, bool encrypted) : ITarget
{
    public string Name => name;

    public string About => encrypted
        ? "The same with everything sealed; one story in forty makes its handshake, the others begin behind it."
        : "The whole client against a pool that sends anything: it ends the session at most, and stays within bounds.";

    public int LengthMax => 4096;

    public long AllocatedMax => 32 * 1024 * 1024;

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. EncodedMessages.All.Where(frame => frame.Length < 200).Select(Act.Frame),
        Act.Pass(TimeSpan.FromSeconds(1)), Act.Pass(TimeSpan.FromSeconds(10)), Act.Pass(TimeSpan.FromSeconds(120)),
        Act.Shares(1), Act.Shares(20), Act.Room(0), Act.Room(ushort.MaxValue), Act.HangUp(),
    ];

    public IEnumerable<byte[]> Seeds() => HonestStories.All;

    public void Try(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        using var story = new ClientStory(encrypted, manner: input[0]);
        Coverage.Forget(); // The handshake, where there is one, is the same each time and has targets of its own.
        var acts = new Act(input[1..]);
        while (!story.IsOver && acts.TryNext(out var kind, out var body))
        {
            story.Play(kind, body);
        }

        story.Finish();
    }
}
