namespace Firmware.Mining;

/// <summary>Silence that luck does not explain; the stories are told in <see cref="ChainMinerTests"/>.</summary>
public class LivenessTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData(4, 10)] // 13.8 results would come in 3.5 s; ten seconds are the least.
    [InlineData(1, 13.816)] // exp(-13.816) is one in a million.
    [InlineData(0.1, 138.16)]
    public void AChainIsSilentWhereLuckExplainsItOnceInAMillionTimes(double perSecond, double seconds)
    {
        var liveness = New(chips: 1);

        Assert.Equal(seconds, FirstOrderAfter(liveness, [perSecond], out var order), 0.5);
        Assert.Equal(LivenessAction.NextWork, order.Action);
    }

    [Theory]
    [InlineData(126, 18.653)] // ln(126 · 10^6): the million is that of all chips together.
    [InlineData(2, 14.509)]
    public void ThatIsTheChanceOfAllChipsOfTheChainTogether(int chips, double missing)
    {
        var liveness = New(chips);
        var rates = Enumerable.Repeat(0.5, chips).ToArray();
        var now = Start;
        LivenessOrder order;
        do
        {
            now += Beat;
            for (var i = 1; i < chips; i++)
            {
                liveness.Saw(i, Verdict.BelowTarget, now);
            }

            order = liveness.Step(rates, TimeSpan.Zero, now);
        }
        while (order.Action == LivenessAction.None && now < Start + TimeSpan.FromMinutes(5));

        Assert.Equal(missing / 0.5, (now - Start).TotalSeconds, 0.5);
        Assert.Equal((LivenessAction.Rejoin, 0, 1), (order.Action, order.First, order.Count));
    }

    [Theory]
    [InlineData(Verdict.BelowTarget, true)]
    [InlineData(Verdict.Share, true)]
    [InlineData(Verdict.Block, true)]
    [InlineData(Verdict.Stale, true)]
    [InlineData(Verdict.HardwareError, false)]
    [InlineData(Verdict.Duplicate, false)]
    public void AnyTrueResultIsASignOfLifeAndNonsenseIsNone(Verdict verdict, bool isSign)
    {
        var liveness = New(chips: 1);
        for (var now = Start; now < Start + TimeSpan.FromSeconds(9); now += Beat)
        {
            liveness.Step([4], TimeSpan.Zero, now);
        }

        liveness.Saw(0, verdict, Start + TimeSpan.FromSeconds(9));
        var order = default(LivenessOrder);
        for (var now = Start + TimeSpan.FromSeconds(9); now < Start + TimeSpan.FromSeconds(18); now += Beat)
        {
            var next = liveness.Step([4], TimeSpan.Zero, now);
            order = next.Action == LivenessAction.None ? order : next;
        }

        Assert.Equal(isSign ? LivenessAction.None : LivenessAction.NextWork, order.Action);
        Assert.Equal(isSign, liveness.HasResults);
    }

    [Theory]
    [InlineData(1, 5, 45)] // 5 % less every five seconds: the rungs alone would take 69 s.
    [InlineData(1, 0, 41.75)]
    [InlineData(4, 0, 30.25)]
    [InlineData(0.3, 0, 139)] // It never found so much that 45 s prove anything.
    public void AChainIsResetInTimeThoughItsClockGoesDownMeanwhile(double perSecond, double percent, double seconds)
    {
        var liveness = New(chips: 1);
        var now = Start;
        LivenessOrder order;
        do
        {
            now += Beat;
            var steps = Math.Floor((now - Start).TotalSeconds / 5);
            order = liveness.Step([perSecond * (1 - percent / 100 * steps)], TimeSpan.Zero, now);
        }
        while (order.Action != LivenessAction.Restart);

        Assert.Equal(seconds, (now - Start).TotalSeconds, 0.6);
    }

    [Fact]
    public void TwentyWrongResultsInARowAreTroubleAndScatteredOnesAreNot()
    {
        var liveness = New(chips: 1);
        for (var i = 0; i < 100; i++)
        {
            liveness.Saw(0, i % 20 == 19 ? Verdict.BelowTarget : Verdict.HardwareError, Start);
        }

        Assert.Equal(default, liveness.Step([4], TimeSpan.Zero, Start));
        for (var i = 0; i < Liveness.WrongInARowMax; i++)
        {
            liveness.Saw(0, Verdict.HardwareError, Start);
        }

        Assert.Equal(LivenessAction.NextWork, liveness.Step([4], TimeSpan.Zero, Start).Action);
    }

    [Fact]
    public void ChipsThatAreToReportNothingAreNotSilent()
    {
        var liveness = New(chips: 2);

        for (var now = Start; now < Start + TimeSpan.FromHours(1); now += Beat)
        {
            Assert.Equal(default, liveness.Step([0, 0], TimeSpan.Zero, now));
        }
    }

    [Fact] // Its driver found nobody at its addresses, and expects nothing from there any more.
    public void ADomainThatDoesNotComeBackIsNamedAndTriedAgainAsOne()
    {
        var liveness = New(chips: 6, chipsPerDomain: 3);
        double[] rates = [1, 1, 1, 1, 1, 1];
        var orders = new List<(TimeSpan At, LivenessOrder Order)>();
        for (var now = Start; now < Start + TimeSpan.FromMinutes(25); now += Beat)
        {
            for (var i = 0; i < 3; i++)
            {
                liveness.Saw(i, Verdict.BelowTarget, now);
            }

            if (liveness.Step(rates, TimeSpan.Zero, now) is { Reason: not null } order)
            {
                orders.Add((now, order));
                rates.AsSpan(3).Clear();
            }
        }

        Assert.All(orders, step => Assert.Equal((3, 3), (step.Order.First, step.Order.Count)));
        Assert.Equal(
            [LivenessAction.Rejoin, LivenessAction.None, LivenessAction.Rejoin, LivenessAction.Rejoin],
            orders.Select(step => step.Order.Action));
        Assert.Equal(Liveness.ComesBackWithin, orders[1].At - orders[0].At);
        Assert.Equal(Liveness.TryAgainEvery, orders[2].At - orders[1].At);
        Assert.Equal(ChipHealth.Silent, liveness[4]);
    }

    [Fact]
    public void TimeThatNobodyWatchedProvesNothing()
    {
        var liveness = New(chips: 1);

        Assert.Equal(default, liveness.Step([4], TimeSpan.Zero, Start + TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AChainThatFallsSilentIsNotTakenForTheChipThatHappenedToSpeakFirst(int chipsPerDomain)
    {
        var liveness = New(chips: 6, chipsPerDomain);
        var last = Start + TimeSpan.FromSeconds(10);
        var orders = new List<LivenessAction>();
        for (var now = Start; orders.Count == 0; now += Beat)
        {
            for (var chip = 0; chip < 6; chip++)
            {
                // The last result of each comes a beat after that of its neighbour: of chip 5 the last of all.
                if (now <= last + chip * Beat)
                {
                    liveness.Saw(chip, Verdict.BelowTarget, now);
                }
            }

            var order = liveness.Step([4, 4, 4, 4, 4, 4], TimeSpan.Zero, now);
            orders.AddRange(order.Action == LivenessAction.None ? [] : [order.Action]);
        }

        Assert.Equal([LivenessAction.NextWork], orders);
    }

    [Fact]
    public void NeighboursThatFailTogetherAreSetUpAnewTogether()
    {
        var liveness = New(chips: 12, chipsPerDomain: 3);
        var rates = Enumerable.Repeat(1.0, 12).ToArray();
        var now = Start;
        LivenessOrder order;
        do
        {
            now += Beat;
            for (var i = 0; i < 3; i++)
            {
                liveness.Saw(i, Verdict.BelowTarget, now); // A break behind the first domain.
            }

            order = liveness.Step(rates, TimeSpan.Zero, now);
        }
        while (order.Action == LivenessAction.None);

        Assert.Equal((LivenessAction.Rejoin, 3, 9), (order.Action, order.First, order.Count));
        Assert.Contains("domains 1 to 3 (chips 3 to 11)", order.Reason, StringComparison.Ordinal);
    }

    private static Liveness New(int chips, int chipsPerDomain = 1)
    {
        var liveness = new Liveness(chipsPerDomain);
        liveness.Start(chips, Start);
        return liveness;
    }

    private static double FirstOrderAfter(Liveness liveness, double[] rates, out LivenessOrder order)
    {
        var now = Start;
        do
        {
            now += Beat;
            order = liveness.Step(rates, TimeSpan.Zero, now);
        }
        while (order.Action == LivenessAction.None);
        return (now - Start).TotalSeconds;
    }
}
