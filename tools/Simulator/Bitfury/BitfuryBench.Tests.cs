using System.Device.Gpio;
using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Drivers.Hashing.Bitfury;
using Firmware.Mining;

namespace Simulator.Bitfury;

/// <summary>The driver on simulated chips in pure steps, its passes on a simulated wire, time turned by hand.</summary>
internal sealed class BitfuryBench : IDisposable
{
    public const int ZeroBits = 10;

    private readonly GpioController pins;
    private readonly SpiLine line;
    private readonly Assignment[] newest;
    private readonly Assignment[] before;
    private readonly Judge judge;
    private readonly byte[] answer = new byte[64 * 1024];
    private readonly BitfuryConfig config;
    private UInt256 tip = new(1, 2, 3, 4);
    private TimeSpan issuedAt;
    private TimeSpan stepAt;
    private bool isOnTip;
    private ulong issued;

    public BitfuryBench(
        int chips,
        int? connected = null,
        int seed = 1,
        int hertz = 1_000_000,
        int toggles = 64,
        int zeroBits = ZeroBits)
    {
        Wire = new BitfuryWire(connected ?? chips, zeroBits, seed, hertz);
        pins = new GpioController(new BitfuryPins(Wire));
        var reset = new MosiToggle(pins.OpenPin(BitfuryPins.Sck), pins.OpenPin(BitfuryPins.Mosi), toggles);
        line = new SpiLine(Wire, reset.Apply);
        config = new BitfuryConfig(chips, ZeroBits: zeroBits);
        Chain = new BitfuryChain(config);
        newest = new Assignment[Chain.Slots];
        before = new Assignment[Chain.Slots];
        judge = new Judge(Targets.FromZeroBits(zeroBits));
        Chain.Start(Now);
    }

    public BitfuryWire Wire { get; }

    public BitfuryChain Chain { get; }

    public UInt256 Tip => tip;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>How many claims came to each verdict.</summary>
    public Dictionary<Verdict, int> Verdicts { get; } = [];

    /// <summary>When each chip last found something.</summary>
    public Dictionary<int, int> FoundBy { get; } = [];

    public int Passes { get; private set; }

    /// <summary>Work comes as often as the chain wants it.</summary>
    public bool HasWork { get; set; } = true;

    public string Tale => $"{Chain.Status}; passes {Passes}; "
        + $"{string.Join(", ", Verdicts)}; {string.Join(", ", FoundBy)}; "
        + string.Join(", ", Wire.Chips.ToArray().Select(chip => $"{chip.Results}/{chip.BegunAgain}/{chip.Begun}"));

    public void Run(double seconds)
    {
        for (var end = Now + TimeSpan.FromSeconds(seconds); Now < end;)
        {
            Tick();
        }
    }

    /// <summary>Until it is so, a minute at most.</summary>
    public void RunUntil(Func<bool> isSo)
    {
        for (var end = Now + TimeSpan.FromMinutes(1); !isSo();)
        {
            Assert.True(Now < end, Tale);
            Tick();
        }
    }

    /// <summary>Of which tip the work is whose nonce 0 has this hash.</summary>
    public UInt256 TipOf(UInt256 hash) =>
        newest.First(one => one.Job is not null && Sha256d.Hash(one.Work.Header) == hash).Work.Header.PreviousHash;

    /// <summary>As guard does once nobody has the chips.</summary>
    public bool TryMakeStandstill()
    {
        Wire.Advance(Now);
        return Standstill.TryMake(line, config.Chips);
    }

    public void NewTip()
    {
        tip = tip with { Low = tip.Low + 1 };
        isOnTip = false;
    }

    public void Dispose()
    {
        line.Dispose();
        pins.Dispose();
    }

    private void Tick()
    {
        var isGiven = GiveWork();
        if (isGiven || Now >= stepAt)
        {
            var step = Chain.Step(Now);
            stepAt = step.Deadline;
            if (!step.Send.IsEmpty)
            {
                Exchange(step.Send);
            }
        }

        var next = HasWork && Chain.JobLifetime > TimeSpan.Zero ? issuedAt + Lifetime : TimeSpan.MaxValue;
        next = next < stepAt ? next : stepAt;
        Now = next > Now ? next : Now + TimeSpan.FromTicks(1);
    }

    private TimeSpan Lifetime => Chain.JobLifetime;

    private bool GiveWork()
    {
        if (!HasWork || Chain.JobLifetime == TimeSpan.Zero || (isOnTip && Now < issuedAt + Lifetime))
        {
            return false;
        }

        var slot = (int)(issued % (ulong)Chain.Slots);
        issued++;
        isOnTip = true;
        issuedAt = Now;
        var header = new BlockHeader
        {
            Version = 0x2000_0000,
            PreviousHash = tip,
            MerkleRoot = new UInt256(issued, 7, 8, 9),
            NTime = 1_700_000_000,
            NBits = 0x1D00_FFFF,
        };
        var work = new Work(header, VersionMask: 0);
        before[slot] = newest[slot];
        newest[slot] = new Assignment(
            new Job(1, header, 0, UInt256.Zero, UInt256.Zero, Now, new Nobody()), work, (long)issued, Retired: false);
        Assert.Equal(0, Chain.Encode(slot, work, []));
        return true;
    }

    private void Exchange(ReadOnlySpan<byte> send)
    {
        Passes++;
        Wire.Advance(Now);
        line.Exchange(send, answer);
        Now += TimeSpan.FromSeconds(8.0 * send.Length / line.Hertz);
        ReadOnlySpan<byte> rest = answer.AsSpan(0, send.Length);
        while (Chain.Receive(ref rest, Now, out var found))
        {
            var judgement = judge.Weigh(found, newest[found.Slot], before[found.Slot]);
            Verdicts[judgement.Verdict] = Verdicts.GetValueOrDefault(judgement.Verdict) + 1;
            if (judgement.Verdict != Verdict.HardwareError)
            {
                FoundBy[found.Chip] = FoundBy.GetValueOrDefault(found.Chip) + 1;
            }
        }
    }

    /// <summary>No claim is a share here: the targets are zero.</summary>
    private sealed class Nobody : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => throw new InvalidOperationException();
    }
}
