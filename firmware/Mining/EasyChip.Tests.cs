using Drivers;
using Drivers.Buses;
using Drivers.Hashing;
using Firmware.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace Firmware.Mining;

/// <summary>
/// A driven chain with the test behind its port: it answers as chips and as guard, and notes what arrives. Real pty,
/// real time; everything waits for a condition with a deadline.
/// </summary>
internal sealed class EasyChip : IDisposable
{
    public const string Board = "easy";

    private readonly byte[] bytes = new byte[4096];
    private int count;

    public EasyChip()
    {
        Hub = new Hub(Uptime.Now);
        Driver = new ChainDriver(
            Board, Chain, new Megahertz(500), () => Uart.Open(Pty.Path, 115_200), Hub, NullLogger.Instance);
        Hub.Connect([Driver]);
        Assert.Null(Driver.TryOpen());
    }

    public Pty Pty { get; private set; } = new();

    public EasyChain Chain { get; } = new();

    public Hub Hub { get; }

    public ChainDriver Driver { get; }

    /// <summary>The work that arrived, oldest first.</summary>
    public List<(int Slot, BlockHeader Header)> Jobs { get; } = [];

    /// <summary>Start and stop signs that arrived.</summary>
    public List<byte> Signs { get; } = [];

    public bool GuardIsSilent { get; set; }

    public double MegahertzMax { get; set; } = 600;

    /// <summary>Answers every job with a true claim.</summary>
    public bool Answers { get; set; }

    /// <summary>Waits until it is so; plays guard and chip meanwhile.</summary>
    public void Until(Func<bool> isSo, string what, double seconds = 20)
    {
        var end = Uptime.Now + TimeSpan.FromSeconds(seconds);
        while (!isSo())
        {
            Assert.True(Uptime.Now < end, $"Not within {seconds} s: {what}.");
            Play();
            Thread.Sleep(1);
        }
    }

    public void Play()
    {
        if (!GuardIsSilent)
        {
            var reset = Driver.Report.Orders.Reset;
            Hub.Grants.Receive(
                new GrantMessage(1, [new(Board, PowerGrant.Good, reset, MegahertzMax, "fine")]), Uptime.Now);
            if (Driver.Report.Phase != BoardPhase.Up)
            {
                Driver.Nudge();
            }
        }

        Listen();
    }

    /// <summary>A nonce that the chip would report for this work.</summary>
    public static byte[] TrueClaim(int slot, BlockHeader header, uint from = 0)
    {
        var target = Targets.FromZeroBits(4);
        for (var nonce = from; ; nonce++)
        {
            if (Sha256d.Hash(header with { Nonce = nonce }) <= target)
            {
                return EasyChain.Claim(slot, nonce, header.Version);
            }
        }
    }

    public void Replug()
    {
        Pty.Dispose();
        Pty = new Pty();
        count = 0;
    }

    public void Dispose()
    {
        Driver.BeginStop();
        Assert.True(Driver.Join(TimeSpan.FromSeconds(10)), "The chain's thread does not end.");
        Driver.Dispose();
        Pty.Dispose();
    }

    private void Listen()
    {
        count += Pty.Read(bytes.AsSpan(count));
        var at = 0;
        while (at < count)
        {
            if (bytes[at] < 0xF0)
            {
                Signs.Add(bytes[at++]);
                continue;
            }

            if (count - at < EasyChain.FrameSize)
            {
                break;
            }

            Take(bytes[at] & 0xF, BlockHeader.Read(bytes.AsSpan(at + 1)));
            at += EasyChain.FrameSize;
        }

        bytes.AsSpan(at, count - at).CopyTo(bytes);
        count -= at;
    }

    private void Take(int slot, BlockHeader header)
    {
        Jobs.Add((slot, header));
        if (Answers)
        {
            Pty.Write(TrueClaim(slot, header));
        }
    }
}
