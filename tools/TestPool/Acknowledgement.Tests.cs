using Firmware.StratumV2.Messages;

namespace TestPool;

public class AcknowledgementTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Acknowledgement acknowledgement = new(channelId: 7, count: 10, after: Second);

    [Fact]
    public void TenSharesAreAcknowledgedAtOnceAndNineAreNot()
    {
        AcceptUpTo(9);
        Assert.Null(acknowledgement.Step(TimeSpan.Zero));

        acknowledgement.Accept(10, 1.5, atOnce: false, TimeSpan.Zero);

        Assert.Equal(new SubmitSharesSuccess(7, 10, 10, 15), acknowledgement.Step(TimeSpan.Zero));
    }

    [Fact]
    public void AFewSharesAreAcknowledgedASecondAfterTheFirst()
    {
        acknowledgement.Accept(1, 1.5, atOnce: false, Second);
        acknowledgement.Accept(2, 1.5, atOnce: false, 1.9 * Second);

        Assert.Null(acknowledgement.Step(1.999 * Second));
        Assert.Equal(new SubmitSharesSuccess(7, 2, 2, 3), acknowledgement.Step(2 * Second));
    }

    [Fact]
    public void ABlockIsAcknowledgedAtOnce()
    {
        acknowledgement.Accept(1, 1, atOnce: false, Second);
        acknowledgement.Accept(2, 1, atOnce: true, Second);

        Assert.Equal(new SubmitSharesSuccess(7, 2, 2, 2), acknowledgement.Step(Second));
    }

    [Fact]
    public void WhatIsAcknowledgedIsNotAcknowledgedAgain()
    {
        AcceptUpTo(10);
        acknowledgement.Step(TimeSpan.Zero);
        acknowledgement.Accept(11, 1, atOnce: false, Second);

        Assert.Equal(new SubmitSharesSuccess(7, 11, 1, 1), acknowledgement.Step(2 * Second));
        Assert.Null(acknowledgement.Step(60 * Second));
    }

    [Fact]
    public void SharesWorthLessThanOneCountAsNothingInTheSum()
    {
        acknowledgement.Accept(1, 0.4, atOnce: false, TimeSpan.Zero);

        Assert.Equal(new SubmitSharesSuccess(7, 1, 1, 0), acknowledgement.Step(Second));
    }

    private void AcceptUpTo(uint last)
    {
        for (uint sequence = 1; sequence <= last; sequence++)
        {
            acknowledgement.Accept(sequence, 1.5, atOnce: false, TimeSpan.Zero);
        }
    }
}
