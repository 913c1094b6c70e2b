using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Bm13xx;

namespace Simulator.Chips;

public class ChipBenchTests
{
    private const int ZeroBits = 8;
    private const int TicketBits = 4;

    private readonly ChipBench bench = new(zeroBits: ZeroBits);

    [Fact]
    public void BytesTakeTheirTimeOnTheWireAndCrossItWholeAtTheSameRate()
    {
        byte[] readId = Convert.FromHexString("55AA520500000A");
        var began = bench.Now;

        bench.TryWrite(readId);
        Assert.Equal(7, bench.Pending);
        Assert.True(bench.Drain(TimeSpan.FromSeconds(1)));
        var sent = bench.Now - began;
        while (bench.Available == 0)
        {
            bench.RunTo(bench.Now + TimeSpan.FromMilliseconds(0.1));
        }

        Assert.InRange(sent.TotalMilliseconds, 7 * 10 / 115.2, 7 * 10 / 115.2 + 0.1);
        Assert.InRange((bench.Now - began).TotalMilliseconds, 16 * 10 / 115.8, 16 * 10 / 115.2 + 0.3);
        var answer = new byte[32];
        Assert.Equal("AA5513700000000006", Convert.ToHexString(answer.AsSpan(0, bench.Read(answer))));
    }

    [Fact]
    public void WhatIsPendingWhenTheRateIsSetLeavesAtTheNewOneAndIsNoiseToTheChips()
    {
        bench.TryWrite(Convert.FromHexString("55AA520500000A"));
        bench.SetBaud(1_000_000);
        bench.RunTo(bench.Now + TimeSpan.FromMilliseconds(50));

        Assert.Equal(0, bench.Available);
    }

    [Fact]
    public void ADriverIsBroughtUpAndMinesWithoutWaitingForAnyClock()
    {
        var chain = new Bm13xxChain(new Bm13xxConfig(
            ChipModel.Bm1370, 1, 1_000_000, new TicketMask(TicketBits), ZeroBits))
        {
            WantedClock = new Megahertz(200),
        };
        var claims = new List<FoundNonce>();
        var work = new Work(new BlockHeader { NTime = 1_700_000_000, NBits = 0x1702_3A04 }, 0x1FFF_E000);

        chain.Start(bench.Now);
        bench.Drive(chain, TimeSpan.FromSeconds(10));
        Assert.Equal(ChainState.Running, chain.Status.State);

        Assert.True(bench.Give(chain, 3, work));
        bench.Drive(chain, TimeSpan.FromSeconds(60), claims.Add);

        // 60 s · 200 MHz · 2040 / 2^32 of the silicon's results of 32 zero bits, one in 2^4 of them reported; 5 sigma.
        var expected = 60 * 200e6 * 2040 / Math.Pow(2, 32 + TicketBits);
        Assert.InRange(claims.Count, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
        Assert.All(claims, claim =>
        {
            var version = work.Header.Version & ~work.VersionMask | claim.VersionBits;
            var hash = Sha256d.Hash(work.Header with { Nonce = claim.Nonce, Version = version });
            Assert.Equal(3, claim.Slot);
            Assert.Equal(0ul, hash.High >> (64 - ZeroBits - TicketBits));
        });
        Assert.Equal((1, claims.Count), (bench.JobsReceived, bench.ResultsOnWire));
        Assert.Equal(0, chain.Status.CrcErrors);
    }
}
