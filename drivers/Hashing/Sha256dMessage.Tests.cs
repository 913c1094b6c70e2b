using System.Security.Cryptography;
using CsCheck;

namespace Drivers.Hashing;

public class Sha256dMessageTests
{
    [Fact] // Against the class library's own SHA-256, at every length around the ends of blocks.
    public void EveryLengthHashesAsTheClassLibraryHashesIt()
    {
        for (var length = 0; length <= 260; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 7 + length & 0xFF)).ToArray();
            var message = new Sha256dMessage();
            message.Append(bytes);

            Assert.Equal(Expected(bytes), message.Hash());
        }
    }

    [Fact]
    public void ItDoesNotMatterWhereAMessageIsCut() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 300], Gen.Int[0, 300]).Sample((bytes, one, other) =>
        {
            var (first, second) = (Math.Min(one, bytes.Length), Math.Min(one + other, bytes.Length));
            var message = new Sha256dMessage();
            message.Append(bytes.AsSpan(..first));
            message.Append(bytes.AsSpan(first..second));
            message.Append(bytes.AsSpan(second..));

            return message.Hash() == Expected(bytes);
        });

    [Fact]
    public void ACopyGoesOnFromWhereItWasMadeAndLeavesTheFirstAlone()
    {
        var message = new Sha256dMessage();
        message.Append(new byte[] { 1, 2, 3 });
        var copy = message;
        copy.Append(new byte[] { 4 });

        Assert.Equal(Expected([1, 2, 3]), message.Hash());
        Assert.Equal(Expected([1, 2, 3]), message.Hash());
        Assert.Equal(Expected([1, 2, 3, 4]), copy.Hash());
    }

    [Fact]
    public void AMerkleNodeIsTheHashOfBothHashesInTheirOrder()
    {
        var left = Expected([1]);
        var right = Expected([2]);
        var bytes = new byte[2 * UInt256.Size];
        left.Write(bytes);
        right.Write(bytes.AsSpan(UInt256.Size));

        Assert.Equal(Expected(bytes), Sha256d.Hash(left, right));
        Assert.NotEqual(Expected(bytes), Sha256d.Hash(right, left));
    }

    [Fact]
    public void HashingAMessageAllocatesNothing()
    {
        var bytes = new byte[500];
        _ = Run(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Run(bytes);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static UInt256 Run(byte[] bytes)
        {
            var message = new Sha256dMessage();
            message.Append(bytes);
            return Sha256d.Hash(message.Hash(), message.Hash());
        }
    }

    private static UInt256 Expected(byte[] bytes) => UInt256.Read(SHA256.HashData(SHA256.HashData(bytes)));
}
