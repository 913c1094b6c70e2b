using Drivers.Hashing;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>
/// The coinbase transaction of one extended job and the way from it to the merkle root (SV2 reference §6). What stands
/// in front of our extranonce is hashed once, when the job comes. Never changes, so any thread may read it.
/// </summary>
/// <remarks>
/// <code>
/// prefix: version 4 | (00 01) | inputs 01 | outpoint 36 | scriptSig length | scriptSig begins …
///         … extranonce prefix | extranonce …
/// suffix: … scriptSig ends | sequence 4 | outputs: count, then value 8 and script each | (witness 34) | locktime 4
/// </code>
/// What stands in brackets is no part of the transaction id (BIP141). A pool should leave it out; some do not.
/// </remarks>
internal sealed class Coinbase
{
    /// <summary>Consensus refuses a block whose coinbase has a longer scriptSig.</summary>
    private const int ScriptSigMax = 100;

    private const int VersionSize = 4;
    private const int InputCountOffset = VersionSize;
    private const int ScriptLengthOffset = 41;
    private const int MarkerAndFlagSize = 2;
    private const int SequenceSize = 4;
    private const int LockTimeSize = 4;
    private const int WitnessSize = 34;

    private readonly Sha256dMessage beforeExtranonce;
    private readonly byte[] suffix;
    private readonly byte[] path;

    private Coinbase(in Sha256dMessage beforeExtranonce, byte[] suffix, byte[] path, Range outputs)
    {
        this.beforeExtranonce = beforeExtranonce;
        this.suffix = suffix;
        this.path = path;
        Outputs = new CoinbaseOutputs(suffix.AsMemory(outputs));
    }

    /// <summary>Whom the block would pay.</summary>
    public CoinbaseOutputs Outputs { get; }

    /// <summary>What the job holds of the heap, in bytes.</summary>
    public int Size => suffix.Length + path.Length;

    /// <summary>
    /// Null where the bytes make no coinbase transaction with room for the extranonce: its root would be worthless.
    /// </summary>
    /// <param name="size">Bytes of the extranonce that the client rolls.</param>
    /// <param name="wrong">What is wrong, in one sentence, or null.</param>
    public static Coinbase? Read(
        in NewExtendedMiningJob job, ReadOnlySpan<byte> extranoncePrefix, int size, out string? wrong)
    {
        var prefix = job.CoinbaseTxPrefix;
        var hasMarker = prefix.Length > VersionSize + 1 && prefix[VersionSize] == 0 && prefix[VersionSize + 1] == 1;
        var inputs = prefix[Math.Min(prefix.Length, VersionSize + (hasMarker ? MarkerAndFlagSize : 0))..];
        wrong = WrongWithInput(inputs, extranoncePrefix.Length + size, job.CoinbaseTxSuffix.Length, out var scriptRest);
        var outputs = default(Range);
        var witness = default(Range);
        wrong ??= WrongWithOutputs(job.CoinbaseTxSuffix, scriptRest, hasMarker, out outputs, out witness);
        if (wrong is not null)
        {
            return null;
        }

        var start = new Sha256dMessage();
        start.Append(prefix[..VersionSize]);
        start.Append(inputs);
        start.Append(extranoncePrefix);
        return new Coinbase(start, Without(job.CoinbaseTxSuffix, witness), job.MerklePath.Bytes.ToArray(), outputs);
    }

    /// <summary>The root of the header that has this extranonce in its coinbase. Allocates nothing.</summary>
    public UInt256 MerkleRoot(ReadOnlySpan<byte> extranonce)
    {
        var transaction = beforeExtranonce;
        transaction.Append(extranonce);
        transaction.Append(suffix);
        var root = transaction.Hash();
        for (var node = 0; node < path.Length; node += UInt256.Size)
        {
            root = Sha256d.Hash(root, UInt256.Read(path.AsSpan(node)));
        }

        return root;
    }

    /// <summary>A scriptSig length that lies would shift everything behind it.</summary>
    /// <param name="inputs">The prefix from the number of inputs on.</param>
    /// <param name="scriptRest">Bytes of the scriptSig at the start of the suffix.</param>
    private static string? WrongWithInput(
        ReadOnlySpan<byte> inputs, int extranonceLength, int suffixLength, out int scriptRest)
    {
        const int LengthOffset = ScriptLengthOffset - InputCountOffset;
        scriptRest = 0;
        if (inputs.Length <= LengthOffset)
        {
            return "The pool's coinbase ends before its scriptSig begins: the job is of no use.";
        }

        if (inputs[0] != 1)
        {
            return $"The pool's coinbase has {inputs[0]} inputs instead of one: the job is of no use.";
        }

        var length = (int)inputs[LengthOffset];
        scriptRest = length - (inputs.Length - LengthOffset - 1) - extranonceLength;
        return length > ScriptSigMax || scriptRest < 0 || scriptRest > suffixLength
            ? $"The pool's coinbase says that its scriptSig has {length} bytes, which is not so: the job is of no use."
            : null;
    }

    private static string? WrongWithOutputs(
        ReadOnlySpan<byte> suffix, int scriptRest, bool hasMarker, out Range outputs, out Range witness)
    {
        witness = default;
        outputs = default;
        var start = Math.Min(scriptRest + SequenceSize, suffix.Length);
        if (!CoinbaseOutputs.TryMeasure(suffix[start..], out var length))
        {
            return "The pool's coinbase has no outputs that can be read: the job is of no use.";
        }

        var end = start + length;
        var rest = suffix[end..];
        outputs = start..end;
        if (hasMarker && rest.Length == WitnessSize + LockTimeSize && rest is [1, UInt256.Size, ..])
        {
            witness = end..(end + WitnessSize);
            return null;
        }

        return rest.Length == LockTimeSize
            ? null
            : $"The pool's coinbase has {rest.Length} bytes behind its outputs instead of {LockTimeSize}: "
                + "the job is of no use.";
    }

    private static byte[] Without(ReadOnlySpan<byte> bytes, Range part)
    {
        var (offset, length) = part.GetOffsetAndLength(bytes.Length);
        var rest = new byte[bytes.Length - length];
        bytes[..offset].CopyTo(rest);
        bytes[(offset + length)..].CopyTo(rest.AsSpan(offset));
        return rest;
    }
}
