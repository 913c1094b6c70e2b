using System.Security.Cryptography;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The extended job whose every step is known: made for the project's reference with an independent implementation
/// (SV2 reference §5.2, sv2-vectors-work.json), and variants of it.
/// </summary>
internal static class ExtendedJobs
{
    public const uint Channel = 3;
    public const uint Group = 1;
    public const uint JobId = 9;
    public const uint NTime = 1_700_000_000;
    public const uint Version = 0x2000_0000;
    public const int RolledSize = 16;

    /// <summary>Marker and flag of BIP141 stand behind the version, the witness in front of the locktime.</summary>
    public const int MarkerOffset = 4;
    public const int LockTimeSize = 4;

    public static readonly byte[] Prefix = Convert.FromHexString(
        "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff2503a0bb0d0b5376322f706f6f"
        + "6c2f6d2f14");

    public static readonly byte[] Suffix = Convert.FromHexString(
        "feffffff02205fa0120000000016001411111111111111111111111111111111111111110000000000000000266a24aa21a9ed222222"
        + "22222222222222222222222222222222222222222222222222222222229fbb0d00");

    public static readonly byte[] MerklePath =
        [.. Enumerable.Repeat((byte)0xA1, 32), .. Enumerable.Repeat((byte)0xB2, 32)];

    public static readonly byte[] ExtranoncePrefix = [0, 0, 0, 7];
    public static readonly byte[] Rolled = [.. Enumerable.Range(0, RolledSize).Select(value => (byte)value)];

    public static readonly byte[] PreviousHash = Convert.FromHexString(
        "81cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000");

    public const string Root = "ce3dee934a7966bb9392737394eca24868b533bd90349aedf59b79953e90b556";

    /// <summary>As a pool sends it that does not strip its coinbase.</summary>
    public static byte[] PrefixWithMarker => [.. Prefix[..MarkerOffset], 0, 1, .. Prefix[MarkerOffset..]];

    public static byte[] SuffixWithWitness =>
        [.. Suffix[..^LockTimeSize], 1, 32, .. new byte[32], .. Suffix[^LockTimeSize..]];

    public static NewExtendedMiningJob Job(
        uint id = JobId,
        uint? ntime = null,
        bool rolls = true,
        uint version = Version,
        byte[]? path = null,
        byte[]? prefix = null,
        byte[]? suffix = null,
        uint channel = Channel) => new()
        {
            ChannelId = channel,
            JobId = id,
            MinNTime = ntime,
            Version = version,
            VersionRollingAllowed = rolls,
            MerklePath = new ItemSequence(path ?? MerklePath, itemSize: 32),
            CoinbaseTxPrefix = prefix ?? Prefix,
            CoinbaseTxSuffix = suffix ?? Suffix,
        };

    public static SetNewPrevHash Tip(uint job = JobId, byte[]? hash = null, uint ntime = NTime) => new()
    {
        ChannelId = Channel,
        JobId = job,
        PrevHash = hash ?? PreviousHash,
        MinNTime = ntime,
        NBits = 0x1D00_FFFF,
    };

    /// <summary>What the root must be, by the class library's own SHA-256 and in the plainest way there is.</summary>
    public static byte[] RootOf(byte[] extranonce, byte[]? path = null, byte[]? prefix = null, byte[]? suffix = null)
    {
        var root = Twice([.. prefix ?? Prefix, .. extranonce, .. suffix ?? Suffix]);
        foreach (var node in (path ?? MerklePath).Chunk(32))
        {
            root = Twice([.. root, .. node]);
        }

        return root;
    }

    private static byte[] Twice(byte[] bytes) => SHA256.HashData(SHA256.HashData(bytes));
}
