using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

/// <summary>What a running chain learns of its chips: PLLs without lock, counters, silence, absurd answers.</summary>
public class ChipHealthTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeChips chips = new(ChipModel.Bm1370, chips: 3);

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void APllThatLosesItsWordIsToldAgain(int count)
    {
        chips.Chips = count;
        var (chain, now) = Run(megahertz: 100);
        chain.WantedClock = new Megahertz(106.25);
        now = chips.Run(chain, now, now + TimeSpan.FromMilliseconds(20));
        chips[1].Registers[0x08] = 0x40A8_0265; // As if the write had been lost.
        chips.Heard.Clear();
        chips.Run(chain, now, now + 3 * Second);

        Assert.Equal(chips[0].Registers[0x08], chips[1].Registers[0x08]);
        Assert.Equal(2, chips.Orders.Count());
        Assert.Equal(106.25, chain.Chip(1).Clock.Value, tolerance: 0.1);
        Assert.Null(chain.Chip(1).Fault);
    }

    [Fact]
    public void APllThatDoesNotLockGetsALowerClock()
    {
        var (chain, now) = Run(megahertz: 100);
        chips[2].Locks = false;
        chain.WantedClock = new Megahertz(106.25);
        now = chips.Run(
            chain, now, now + 10 * Second, () => chain.Chip(2).Clock.Value < 95 || chain.Chip(2).Fault is not null);
        chips[2].Locks = true;
        chips.Run(chain, now, now + 2 * Second);

        Assert.Null(chain.Chip(2).Fault);
        Assert.Equal(93.75, chain.Chip(2).Clock.Value, tolerance: 0.1);
        Assert.Equal(106.25, chain.Chip(1).Clock.Value, tolerance: 0.1);
    }

    [Fact]
    public void APllThatNeverLocksIsNamedAndLeftOut()
    {
        chips[1].Locks = false;
        var (chain, now) = Run(megahertz: 100);
        chips.Run(chain, now, now + 10 * Second, () => chain.Chip(1).Fault is not null);

        Assert.StartsWith(
            "chip 1 (address 0x40): its clock does not lock at ", chain.Chip(1).Fault, StringComparison.Ordinal);
        Assert.Equal((ChainState.Running, null), (chain.Status.State, chain.Status.Fault));
        Assert.Equal(0, chain.Chip(1).HashRate);
        Assert.Equal(2 * chain.Chip(0).HashRate, chain.Status.HashRate);
    }

    [Theory]
    [InlineData("bm1370", 3)]
    [InlineData("bm1362", 40)]
    public void CountersTellWhatAChipReallyHashes(string name, int count)
    {
        var fake = new FakeChips(ChipModel.Find(name)!, count);
        var (chain, now) = Run(100, fake);
        Assert.Null(chain.Chip(1).CountedHashRate);
        var perSecond = 100e6 * fake.Model.HashUnits / Math.Pow(2, 32);
        uint start = unchecked((uint)-7); // It wraps within the test.
        var began = now;
        for (var end = now + 20 * Second; now < end;)
        {
            var counted = unchecked(start + (uint)((now - began).TotalSeconds * perSecond));
            fake[0].Registers[0x8C] = counted;
            fake[1].Registers[0x8C] = unchecked(start + (counted - start) / 2);
            now = fake.Run(chain, now, now + TimeSpan.FromMilliseconds(20));
        }

        // The counter's last place is a part of what it counted between two reads.
        Assert.Equal(1, chain.Chip(0).CountedHashRate!.Value / chain.Chip(0).HashRate, tolerance: 1.1 / perSecond);
        Assert.Equal(0.5, chain.Chip(1).CountedHashRate!.Value / chain.Chip(1).HashRate, tolerance: 1.1 / perSecond);
        Assert.Equal(0, chain.Chip(2).CountedHashRate);
    }

    [Fact]
    public void ACounterThatBeganAnewIsTakenAsABeginning()
    {
        var (chain, now) = Run(100);
        chips[0].Registers[0x8C] = 5000;
        now = chips.Run(chain, now, now + 1.1 * Second);
        chips[0].Registers[0x8C] = 0;
        now = chips.Run(chain, now, now + 1.1 * Second);
        Assert.Null(chain.Chip(0).CountedHashRate);

        chips[0].Registers[0x8C] = 47;
        chips.Run(chain, now, now + 1.1 * Second);
        Assert.Equal(47, chain.Chip(0).CountedHashRate!.Value / Math.Pow(2, 32), tolerance: 0.05 * 47);
    }

    [Theory] // BM1397: 2^20 hashes a second; BM1387: 2^24. Bit 31 and 0x007FFFFF are no rate.
    [InlineData("bm1397", 0x04, 1 << 20)]
    [InlineData("bm1387", 0x08, 1 << 24)]
    public void TheOldModelsTellARate(string name, byte register, double unit)
    {
        var fake = new FakeChips(ChipModel.Find(name)!);
        var (chain, now) = Run(100, fake);
        fake[0].Registers[register] = 0x0000_1234;
        now = fake.Run(chain, now, now + 1.1 * Second);
        Assert.Equal(0x1234 * unit, chain.Chip(0).CountedHashRate);

        foreach (var none in (uint[])[0x8000_0001, 0x007F_FFFF])
        {
            fake[0].Registers[register] = none;
            now = fake.Run(chain, now, now + 1.1 * Second);
            Assert.Equal(0x1234 * unit, chain.Chip(0).CountedHashRate);
        }
    }

    [Theory]
    [InlineData(3, 6)]
    [InlineData(40, 8)]
    public void AChipThatLeavesItsQuestionsOpenDoesNotAnswerUntilItDoes(int count, int seconds)
    {
        chips.Chips = count;
        var (chain, now) = Run(100);
        chips[1].IsMute = true;
        now = chips.Run(chain, now, now + seconds * Second);
        Assert.False(chain.Chip(1).Answers);
        Assert.True(chain.Chip(0).Answers && chain.Chip(2).Answers);

        chips[1].IsMute = false;
        chips.Run(chain, now, now + seconds * Second);
        Assert.True(chain.Chip(1).Answers);
    }

    [Fact] // Bursts of answers hold results up: on a long chain never more than a few in 100 ms.
    public void ALongChainIsAskedOneChipAtATime()
    {
        chips.Chips = 126;
        var fake = new FakeChips(ChipModel.Bm1362, 126);
        var (chain, now) = Run(50, fake);
        fake.Heard.Clear();
        now = fake.Run(chain, now, now + 10 * Second);

        Assert.All(fake.Heard, frame => Assert.StartsWith("55AA42", frame, StringComparison.Ordinal));
        Assert.InRange(fake.Heard.Count, 126, 300);
        Assert.Equal(126, fake.Heard.Distinct().Count());
        Assert.True(chain.Chip(125).Answers);
    }

    [Theory] // Good CRC, and nobody asked: another register, an address that nobody has, a question long answered.
    [InlineData(0x1234_5678, 0x00, 0x9C)]
    [InlineData(0x1234_5678, 0x7B, 0x8C)]
    [InlineData(0x1370_0000, 0x00, 0x00)]
    [InlineData(0x0000_0000, 0x40, 0x08)]
    public void AbsurdAnswersAreCountedApartAndChangeNothing(uint value, byte address, byte register)
    {
        var (chain, now) = Run(100);
        now = chips.Run(chain, now, now + 3 * Second);
        var before = (chain.Status.State, chain.Status.Clock, chain.Chip(1), chain.Status.LeftAside.Unasked);
        Assert.Equal(0, before.Unasked);

        ReadOnlySpan<byte> received = Answer(value, address, register);
        Assert.False(chain.Receive(ref received, now, out _));
        chips.Run(chain, now, now + TimeSpan.FromMilliseconds(1));

        Assert.Equal((before.State, before.Clock, before.Item3, 1), (
            chain.Status.State, chain.Status.Clock, chain.Chip(1), chain.Status.LeftAside.Unasked));
        Assert.Equal(0, chain.Status.LeftAside.Disbelieved);
    }

    private static byte[] Answer(uint value, byte address, byte register)
    {
        var body = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(body, value);
        (body[4], body[5]) = (address, register);
        var last = Enumerable.Range(0, 0x20).First(last => Crc.Crc5([.. body, (byte)last]) == 0);
        return [0xAA, 0x55, .. body, (byte)last];
    }

    private (Bm13xxChain Chain, TimeSpan Now) Run(double megahertz, FakeChips? fake = null)
    {
        fake ??= chips;
        var config = new Bm13xxConfig(fake.Model, fake.Chips, fake.Model.Bauds[^1].Baud, new TicketMask(8));
        var chain = new Bm13xxChain(config) { WantedClock = new Megahertz(megahertz) };
        chain.Start(TimeSpan.Zero);
        var now = fake.Run(chain, TimeSpan.Zero, 100 * Second, () => chain.Status.State == ChainState.Running);
        Assert.Equal(ChainState.Running, chain.Status.State);
        return (chain, fake.Run(chain, now, now + 0.9 * Second));
    }
}
