using Firmware.StratumV2;

namespace Firmware.Pool;

public class AttemptPaceTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(3);
    private static readonly PoolAddress One = PoolAddress.Parse("stratum2+tcp+insecure://pool.example:3333");
    private static readonly PoolAddress Other = PoolAddress.Parse("stratum2+tcp+insecure://pool.example:3334");

    private readonly AttemptPace pace = new();

    [Fact]
    public void AnEndpointIsTriedAtMostOnceASecond()
    {
        Assert.True(pace.TryBegin(One, Start, out _));
        Assert.False(pace.TryBegin(One, Start + TimeSpan.FromMilliseconds(999), out var notBefore));
        Assert.Equal(Start + TimeSpan.FromSeconds(1), notBefore);
        Assert.True(pace.TryBegin(One, notBefore, out _));
    }

    [Fact]
    public void AnAttemptThatWasNotMadeDoesNotCount()
    {
        pace.TryBegin(One, Start, out _);
        pace.TryBegin(One, Start + TimeSpan.FromMilliseconds(900), out _);

        Assert.True(pace.TryBegin(One, Start + TimeSpan.FromSeconds(1), out _));
    }

    [Fact]
    public void AnotherPortIsAnotherEndpoint()
    {
        Assert.True(pace.TryBegin(One, Start, out _));
        Assert.True(pace.TryBegin(Other, Start, out _));
    }

    [Fact]
    public void TheSameEndpointWithAnotherKeyIsTheSame()
    {
        const string key = "9axyEG5bASfivgHzqZTvGPnforoki8Z1qXvSAe6CbAK3wFAVETn";
        Assert.True(pace.TryBegin(One, Start, out _));
        Assert.False(pace.TryBegin(PoolAddress.Parse($"stratum2+tcp://pool.example:3333/{key}"), Start, out _));
    }
}
