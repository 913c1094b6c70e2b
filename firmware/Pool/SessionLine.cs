using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Pool;

/// <summary>
/// From the socket's bytes to frames: the handshake first, unless the pool is an insecure one, then whatever the
/// session opens. Sends nothing but the handshake, and gives the uplink its cipher.
/// </summary>
internal sealed class SessionLine : IDisposable
{
    private const string UnverifiedTime =
        "The time of the pool's certificate is not checked, for nothing keeps this machine's clock: let NTP set it.";

    private readonly Uplink uplink;
    private readonly PoolAlarms alarms;
    private readonly byte[] act2 = new byte[NoiseInitiator.Act2Size];
    private readonly NoiseInitiator? initiator;
    private NoiseSession? noise;
    private int act2Count;

    /// <param name="established">A handshake that was made already; null: it is to be made.</param>
    public SessionLine(
        PoolAddress pool, Uplink uplink, PoolAlarms alarms, TimeSpan now, NoiseSession? established = null)
    {
        this.uplink = uplink;
        this.alarms = alarms;
        noise = established;
        if (pool.Insecure || established is not null)
        {
            Begin();
        }
        else
        {
            initiator = new NoiseInitiator(pool.Keys);
            uplink.SendRaw(initiator.Act1, now);
        }
    }

    /// <summary>Null until the handshake is done.</summary>
    public FrameOpener? Frames { get; private set; }

    /// <summary>Where the socket receives to.</summary>
    public Span<byte> Free => Frames is null ? act2.AsSpan(act2Count) : Frames.Free;

    /// <summary>The certificate's time could not be checked for want of a trusted clock.</summary>
    public bool TimeUnverified => noise is { TimeUnverified: true };

    /// <summary>What the server did instead of finishing the handshake, in one sentence.</summary>
    public string Unfinished => NoiseInitiator.Unfinished(act2.AsSpan(0, act2Count)).Message;

    /// <summary>So many bytes were put to the start of <see cref="Free"/>.</summary>
    /// <param name="clock">For the server's certificate.</param>
    /// <exception cref="ProtocolException">The server is not the pool.</exception>
    public void Received(int count, ClockView clock)
    {
        if (Frames is { } frames)
        {
            frames.Received(count);
            VerifyTime(clock);
            return;
        }

        act2Count += count;
        if (act2Count == act2.Length)
        {
            noise = initiator!.ReceiveAct2(act2, clock);
            SayWhetherTimeIsVerified();
            Begin();
        }
    }

    /// <summary>Holds a certificate against a clock that may be trusted only now.</summary>
    /// <exception cref="ProtocolException">It is too old, or not valid yet.</exception>
    public void VerifyTime(ClockView clock)
    {
        if (TimeUnverified && clock.Trusted)
        {
            noise!.VerifyTime(clock);
            SayWhetherTimeIsVerified();
        }
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        initiator?.Dispose();
        lock (uplink.Gate)
        {
            noise?.Dispose();
        }
    }

    private void SayWhetherTimeIsVerified()
    {
        if (TimeUnverified)
        {
            alarms.Raise(PoolAlarm.TimeUnverified, UnverifiedTime);
        }
        else
        {
            alarms.Clear(PoolAlarm.TimeUnverified);
        }
    }

    private void Begin()
    {
        Frames = new FrameOpener(noise?.Receiving, Receiver.Client);
        uplink.Secure(new FrameSealer(noise?.Sending));
    }
}
