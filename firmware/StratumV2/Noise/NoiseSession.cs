namespace Firmware.StratumV2.Noise;

/// <summary>What a finished handshake leaves: a cipher for each direction, and how far the peer is known.</summary>
public sealed class NoiseSession : IDisposable
{
    private readonly TimeSpan leeway;

    internal NoiseSession(
        CipherState sending,
        CipherState receiving,
        Certificate certificate,
        AuthorityKey? authority,
        TimeSpan leeway,
        bool timeUnverified)
    {
        Sending = sending;
        Receiving = receiving;
        Certificate = certificate;
        Authority = authority;
        this.leeway = leeway;
        TimeUnverified = timeUnverified;
    }

    /// <summary>For <see cref="FrameSealer"/>.</summary>
    public CipherState Sending { get; }

    /// <summary>For <see cref="FrameOpener"/>.</summary>
    public CipherState Receiving { get; }

    public Certificate Certificate { get; }

    /// <summary>Which of the accepted keys signed; null on the server's side.</summary>
    public AuthorityKey? Authority { get; }

    /// <summary>
    /// The signature is good, but for want of a trusted clock nobody knows whether the certificate is still, or
    /// already, valid. Call <see cref="VerifyTime"/> once the clock is set.
    /// </summary>
    public bool TimeUnverified { get; private set; }

    /// <summary>Makes up for the check of the time that was left out, once the clock is trusted.</summary>
    /// <exception cref="NoiseException">The certificate is not yet valid, or expired: close the connection.</exception>
    public void VerifyTime(ClockView clock)
    {
        if (TimeUnverified && clock.Trusted)
        {
            Certificate.CheckTime(clock.UnixSeconds, leeway);
            TimeUnverified = false;
        }
    }

    /// <summary>Wipes both keys.</summary>
    public void Dispose()
    {
        Sending.Dispose();
        Receiving.Dispose();
    }
}
