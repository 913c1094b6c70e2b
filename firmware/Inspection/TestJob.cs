using Drivers.Hashing;
using Firmware.Mining;

namespace Firmware.Inspection;

/// <summary>A job that nobody gave: no pool hears of what is found in it.</summary>
internal static class TestJob
{
    private const uint RollingBits = 0x1FFF_E000; // BIP 320

    public static Job New(IHashChain chain, TimeSpan now)
    {
        Span<byte> root = stackalloc byte[32];
        Random.Shared.NextBytes(root); // Nothing of it is secret: it has to be another job every time.
        var header = new BlockHeader
        {
            Version = 0x2000_0000,
            MerkleRoot = UInt256.Read(root),
            NTime = 1_700_000_000,
            NBits = 0x1D00_FFFF,
        };
        var target = Targets.FromZeroBits(chain.ReportedZeroBits);
        return new(Id: 1, header, RollingBits, target, NetworkTarget: UInt256.Zero, now, new Nobody());
    }

    private sealed class Nobody : IShareSink
    {
        public bool TrySubmit(in Share share, TimeSpan now) => true;
    }
}
