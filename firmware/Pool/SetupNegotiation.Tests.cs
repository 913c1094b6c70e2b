using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// SV2 reference §4.1: the flags are client to server 1 standard jobs, 2 work selection, 4 version rolling; server to
/// client 1 fixed version, 2 extended channels.
/// </summary>
public class SetupNegotiationTests
{
    private const uint FixedVersion = 1;
    private const uint ExtendedChannels = 2;

    private static readonly SessionTerms Terms = new(
        PoolAddress.Parse("stratum2+tcp+insecure://pool.example:3333"), "account", "board", "sv2fw", [1.07e12]);

    [Theory] // Statement 31
    [InlineData(ChannelChoice.Auto, 5u)]
    [InlineData(ChannelChoice.Standard, 5u)]
    [InlineData(ChannelChoice.Extended, 4u)]
    public void AHeaderOnlyDeviceAsksForStandardJobsAndRollingAndAnExtendedOneForRolling(
        ChannelChoice channel, uint flags)
    {
        var setup = Negotiate(Terms with { Channel = channel });

        Assert.Equal(flags, setup.Flags);
        Assert.Equal(new SetupOutcome(channel == ChannelChoice.Extended, 0x1FFF_E000), setup.Answer(new(2, 0)));
    }

    [Theory] // SV2 reference §4.4: 2^48 hashes for each second, with the longer mask 2^56.
    [InlineData(281e12, 0x1FFF_E000u, false)]
    [InlineData(282e12, 0x1FFF_E000u, true)]
    [InlineData(282e12, 0x1FFF_FFE0u, false)]
    public void ABoardTooFastForOneStandardChannelTakesAnExtendedOne(double rate, uint mask, bool extended)
    {
        var profile = new PoolProfile { VersionMask = mask };
        var terms = Terms with { HashRates = [1e12, rate], Profile = profile };

        Assert.Equal(new SetupOutcome(extended, mask), Negotiate(terms).Answer(new(2, 0)));
        var standard = terms with { Channel = ChannelChoice.Standard };
        Assert.False(Negotiate(standard).Answer(new(2, 0)).Extended);
    }

    [Theory] // Statement 32
    [InlineData(ChannelChoice.Auto)]
    [InlineData(ChannelChoice.Standard)]
    public void APoolOfExtendedChannelsOnlyGetsExtendedChannels(ChannelChoice channel)
    {
        var setup = Negotiate(Terms with { Channel = channel });

        Assert.Equal(new SetupOutcome(Extended: true, 0x1FFF_E000), setup.Answer(new(2, ExtendedChannels)));
    }

    [Theory] // Statement 32
    [InlineData(FixedVersion)]
    [InlineData(FixedVersion | ExtendedChannels)]
    [InlineData(0xFFFF_FFFF)]
    public void AFixedVersionIsIncompatibleWithOurWishToRoll(uint flags) =>
        Assert.Contains("version rolling", Negotiate(Terms).Answer(new(2, flags)).Problem, StringComparison.Ordinal);

    [Fact] // Statement 32
    public void AFixedVersionWhereWeDidNotAskIsNotRolledAndFedByAnExtranonce()
    {
        var setup = new SetupNegotiation(Terms, retryFlags: 1);

        Assert.Equal(new SetupOutcome(Extended: true, VersionMask: 0), setup.Answer(new(2, FixedVersion)));
        Assert.Equal(new SetupOutcome(Extended: false, 0x1FFF_E000), setup.Answer(new(2, 0)));
    }

    [Fact]
    public void OurOwnFlagsComeBackMeanNothingAtAPoolThatIsKnownToRepeatThem()
    {
        var lenient = Terms with { Profile = new PoolProfile { EchoesSetupFlags = true } };

        Assert.Equal(new SetupOutcome(Extended: false, 0x1FFF_E000), Negotiate(lenient).Answer(new(2, 5)));
        Assert.NotNull(Negotiate(lenient).Answer(new(2, 1)).Problem); // No echo.
        Assert.Contains("'lenient'", Negotiate(Terms).Answer(new(2, 5)).Problem, StringComparison.Ordinal);
    }

    [Theory] // B34
    [InlineData(0xFFFF_FFFCu)]
    [InlineData(0x8000_0000u)]
    public void FlagsThatWeDoNotKnowAreIgnored(uint flags) =>
        Assert.Equal(new SetupOutcome(Extended: false, 0x1FFF_E000), Negotiate(Terms).Answer(new(2, flags)));

    [Theory] // Statement 33, B34
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0xFFFF)]
    public void AnotherVersionIsAProblem(ushort version) =>
        Assert.Contains("version", Negotiate(Terms).Answer(new(version, 0)).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData(1u, 4u)]
    [InlineData(4u, 1u)]
    [InlineData(5u, 0u)]
    [InlineData(0xFFFF_FFFFu, 0u)]
    [InlineData(0u, null)]
    [InlineData(2u, null)]
    [InlineData(0xFFFF_FFFAu, null)]
    public void TheOneRetryLeavesOutTheListedFlagsThatWeCanDoWithout(uint listed, uint? retry) =>
        Assert.Equal(retry, Negotiate(Terms).RetryFlags(Refusal(listed)));

    [Fact]
    public void ARetryIsNotRetried() =>
        Assert.Null(new SetupNegotiation(Terms, retryFlags: 4).RetryFlags(Refusal(4)));

    [Fact]
    public void WithoutStandardJobsTheRetryOpensExtendedChannels() =>
        Assert.True(new SetupNegotiation(Terms, retryFlags: 4).Answer(new(2, 0)).Extended);

    private static SetupNegotiation Negotiate(SessionTerms terms) => new(terms, retryFlags: null);

    private static SetupConnectionError Refusal(uint flags) =>
        new() { Flags = flags, ErrorCode = "unsupported-feature-flags"u8 };
}
