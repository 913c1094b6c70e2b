using System.Text.Json;
using CsCheck;

namespace Firmware.StratumV2.Noise;

public class EllSwiftTests
{
    [Fact] // libsecp256k1 687155df, edge values among them
    public void EveryVectorDecodes()
    {
        foreach (var vector in NoiseVectors.EllSwift.GetProperty("decode").EnumerateArray())
        {
            var x = EllSwift.Decode(vector.Bytes("ellswift"));
            Assert.Equal(vector.Text("x"), NoiseVectors.Hex(x.GetEncoded()));
        }
    }

    [Fact] // libsecp256k1 687155df, secp256k1_ellswift_create
    public void EverySecretOfTheVectorsIsEncodedAsThere()
    {
        foreach (var vector in NoiseVectors.EllSwift.GetProperty("create").EnumerateArray())
        {
            var secret = vector.Bytes("secret");
            var aux = vector.GetProperty("aux").ValueKind == JsonValueKind.Null ? [] : vector.Bytes("aux");
            var encoding = NoiseHandshakeTests.Dirt(EllSwift.Size);

            var (x, y) = Secp256k1.PublicPoint(Secp256k1.Scalar(secret)!);
            EllSwift.Create(secret, x, y, aux, encoding);

            Assert.Equal(vector.Text("ellswift"), NoiseVectors.Hex(encoding));
        }
    }

    [Fact] // libsecp256k1 687155df, secp256k1_ellswift_encode
    public void EveryPublicKeyOfTheVectorsIsEncodedAsThere()
    {
        foreach (var vector in NoiseVectors.EllSwift.GetProperty("encode").EnumerateArray())
        {
            var (x, y) = Secp256k1.PublicPoint(Secp256k1.Scalar(vector.Bytes("secret"))!);
            var encoding = NoiseHandshakeTests.Dirt(EllSwift.Size);

            EllSwift.Encode(x, y, vector.Bytes("rnd"), encoding);

            Assert.Equal(vector.Text("ellswift"), NoiseVectors.Hex(encoding));
        }
    }

    [Fact] // libsecp256k1 687155df, secp256k1_ellswift_xdh with the BIP324 hash
    public void BothSidesOfEveryVectorAgreeOnTheSecret()
    {
        foreach (var vector in NoiseVectors.EllSwift.GetProperty("xdh").EnumerateArray())
        {
            var (a, b) = (vector.Bytes("ellswift_a"), vector.Bytes("ellswift_b"));
            Assert.Equal(vector.Text("shared"), Agree(vector.Bytes("secret_a"), b, a, b));
            if (vector.TryGetProperty("secret_b", out _))
            {
                Assert.Equal(vector.Text("shared"), Agree(vector.Bytes("secret_b"), a, a, b));
            }
        }
    }

    [Fact]
    public void WhateverIsEncodedDecodesToItself() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32]).Sample(
            (secret, random) =>
            {
                secret[0] &= 0x7F; // below the order
                secret[31] |= 1; // not zero
                var (x, y) = Secp256k1.PublicPoint(Secp256k1.Scalar(secret)!);
                Span<byte> encoding = stackalloc byte[EllSwift.Size];
                EllSwift.Encode(x, y, random, encoding);
                return EllSwift.Decode(encoding).Equals(x);
            },
            iter: 200);

    [Fact]
    public void EveryString64BytesLongDecodesToAPointOfTheCurve() =>
        Gen.Byte.Array[64].Sample(bytes => Secp256k1.YOf(EllSwift.Decode(bytes)) is not null, iter: 500);

    [Fact]
    public void TwoEncodingsOfOneKeyDiffer()
    {
        var secret = NoiseVectors.FixedKeys.Bytes("e_priv");
        using var first = new KeyPair(secret);
        using var second = new KeyPair(secret);

        Assert.Equal(NoiseVectors.Hex(first.XOnly), NoiseVectors.Hex(second.XOnly));
        Assert.NotEqual(NoiseVectors.Hex(first.EllSwift), NoiseVectors.Hex(second.EllSwift));
    }

    [Fact]
    public void AnEncodingOfAnotherKeyIsNotTaken() =>
        Assert.Throws<ArgumentException>(
            () => new KeyPair(NoiseVectors.FixedKeys.Bytes("e_priv"), NoiseVectors.FixedKeys.Bytes("re64")));

    private static string Agree(byte[] ours, byte[] theirs, byte[] initiator, byte[] responder)
    {
        var shared = NoiseHandshakeTests.Dirt(32);
        EllSwift.Agree(Secp256k1.Scalar(ours)!, theirs, initiator, responder, shared);
        return NoiseVectors.Hex(shared);
    }
}
