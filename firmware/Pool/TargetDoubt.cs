using System.Buffers.Binary;
using Drivers.Hashing;

namespace Firmware.Pool;

/// <summary>
/// Says what is wrong with a channel's target, if anything (SV2 reference §4.6). A target that came in the wrong byte
/// order makes us silent, or flood the pool with what it refuses; it is reported, and never turned round.
/// </summary>
/// <param name="Kind">Which alarm it is.</param>
/// <param name="Sentence">What is wrong and what to do.</param>
public readonly record struct TargetDoubt(PoolAlarm Kind, string Sentence)
{
    /// <summary>A board finds a share so often at least, or something is wrong.</summary>
    public const double SecondsAShareMax = 3600;

    /// <summary>No pool wants shares faster than this of one channel.</summary>
    private const double SecondsAShareMin = 0.01;

    /// <summary>The alarms that a target can raise.</summary>
    public static ReadOnlySpan<PoolAlarm> Kinds =>
        [PoolAlarm.ZeroTarget, PoolAlarm.SwappedTarget, PoolAlarm.UnreachableTarget];

    /// <param name="hashRate">Nominal, in hashes per second; 0 where nobody knows.</param>
    /// <returns>Null where the target is one that a pool may mean.</returns>
    public static TargetDoubt? Of(UInt256 target, double hashRate)
    {
        if (target == UInt256.Zero)
        {
            return new(
                PoolAlarm.ZeroTarget,
                "The pool's target is zero, which no share can meet. Tell the pool's operator, or use another pool.");
        }

        if (hashRate <= 0 || IsPlausible(target, hashRate))
        {
            return null;
        }

        var turned = Turned(target);
        return IsPlausible(turned, hashRate)
            ? new(
                PoolAlarm.SwappedTarget,
                $"The pool's target {target} makes no sense, but would be difficulty {Targets.Difficulty(turned):G4} "
                + "with its bytes the other way round. Tell the pool's operator, or use another pool.")
            : Seconds(target, hashRate) <= SecondsAShareMax ? null // Easy: then we send no more than is good for it.
            : new(
                PoolAlarm.UnreachableTarget,
                $"The pool's target {target} asks for less than one share an hour. "
                + "Is it meant for this board? Check what the pool knows of its hash rate.");
    }

    private static bool IsPlausible(UInt256 target, double hashRate) =>
        Seconds(target, hashRate) is >= SecondsAShareMin and <= SecondsAShareMax;

    private static double Seconds(UInt256 target, double hashRate) => Targets.ExpectedHashes(target) / hashRate;

    private static UInt256 Turned(UInt256 number) => new(
        BinaryPrimitives.ReverseEndianness(number.High),
        BinaryPrimitives.ReverseEndianness(number.MidHigh),
        BinaryPrimitives.ReverseEndianness(number.MidLow),
        BinaryPrimitives.ReverseEndianness(number.Low));
}
