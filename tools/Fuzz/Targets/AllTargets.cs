namespace Fuzz.Targets;

/// <summary>Everything that can be fuzzed.</summary>
internal static class AllTargets
{
    public static readonly List<ITarget> List =
    [
        new FrameTarget(),
        new MessageTarget(),
        new InitiatorTarget(),
        new ResponderTarget(),
        new KeyTarget(),
        new UrlTarget(),
        new ClientTarget("client", encrypted: false),
        new ClientTarget("client-noise", encrypted: true),
    ];
}
