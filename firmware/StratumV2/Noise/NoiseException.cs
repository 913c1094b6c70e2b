namespace Firmware.StratumV2.Noise;

/// <summary>Why a secured connection ended or never came to be.</summary>
public enum NoiseFault : byte
{
    /// <summary>The answer is no handshake but HTTP, Stratum V1, plain Stratum V2 or TLS.</summary>
    OtherProtocol,

    /// <summary>The peer went away or fell silent before its answer was whole.</summary>
    Unfinished,

    /// <summary>The answer has a handshake's length, but was not made for our key, or was changed on its way.</summary>
    Handshake,

    CertificateVersion,
    CertificateWindowReversed,
    CertificateNotYetValid,
    CertificateExpired,

    /// <summary>None of the accepted authority keys made the certificate's signature.</summary>
    WrongAuthority,

    /// <summary>A frame was changed, repeated, reordered or not meant for us.</summary>
    Frame,

    /// <summary>2⁶⁴ − 1 messages were sealed or opened with one key.</summary>
    CounterExhausted,
}

/// <summary>The peer failed the handshake or broke the cipher. The message is one sentence for people.</summary>
public sealed class NoiseException(NoiseFault fault, string message) : ProtocolException(message)
{
    public NoiseFault Fault { get; } = fault;
}
