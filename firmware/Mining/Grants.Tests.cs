using Firmware.Link;

namespace Firmware.Mining;

public class GrantsTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);
    private static readonly BoardGrant Good = new("a", PowerGrant.Good, Reset: false, 525, "fine");

    private readonly Grants grants = new();

    [Fact]
    public void BeforeGuardSpokeNothingIsGranted()
    {
        Assert.Null(grants.Of("a", Start));
        Assert.Equal(TimeSpan.MaxValue, grants.ExpiresAt);
    }

    [Fact]
    public void AGrantIsGoodForLessThanASecondAndAHalf()
    {
        grants.Receive(new(1, [Good]), Start);

        Assert.Equal(Good, grants.Of("a", Start + TimeSpan.FromSeconds(1.49)));
        Assert.Null(grants.Of("a", Start + TimeSpan.FromSeconds(1.5)));
        Assert.Equal(Start + TimeSpan.FromSeconds(1.5), grants.ExpiresAt);
    }

    [Fact]
    public void ABoardThatIsNotListedIsGrantedNothing()
    {
        grants.Receive(new(1, [Good]), Start);
        grants.Receive(new(2, []), Start);

        Assert.Null(grants.Of("a", Start));
        Assert.Null(grants.Of("b", Start));
    }

    [Fact]
    public void OnlyAnotherWordOrTheFirstAfterSilenceIsNews()
    {
        Assert.True(grants.Receive(new(1, [Good]), Start));
        Assert.False(grants.Receive(new(2, [Good]), Start + TimeSpan.FromSeconds(1)));
        Assert.True(grants.Receive(new(3, [Good with { Reset = true }]), Start + TimeSpan.FromSeconds(2)));
        Assert.True(grants.Receive(new(4, [Good with { Reset = true }]), Start + TimeSpan.FromSeconds(9)));
    }
}
