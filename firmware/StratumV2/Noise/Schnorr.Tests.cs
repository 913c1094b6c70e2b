using Org.BouncyCastle.Math;

namespace Firmware.StratumV2.Noise;

public class SchnorrTests
{
    [Fact] // libsecp256k1 687155df, schnorrsig: good ones, flipped bits, values out of range
    public void EveryVectorIsJudgedAsThere()
    {
        foreach (var vector in NoiseVectors.Bip340.GetProperty("verify").EnumerateArray())
        {
            var valid = Schnorr.Verify(vector.Bytes("pubkey_x"), vector.Bytes("message"), vector.Bytes("signature"));
            Assert.True(vector.GetProperty("valid").GetBoolean() == valid, vector.GetRawText());
        }
    }

    [Fact] // BIP340 test vector 0: secret 3, aux and message all zero
    public void SignsAsTheStandardSays()
    {
        var signature = NoiseHandshakeTests.Dirt(Schnorr.SignatureSize);

        Schnorr.Sign(BigInteger.Three, new byte[32], new byte[32], signature);

        Assert.Equal(
            "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
            + "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0",
            NoiseVectors.Hex(signature));
    }

    [Fact] // BIP340 test vector 6: all right, but the y of R is odd
    public void ANonceOfOddYIsRefused() => Assert.False(Schnorr.Verify(
        Convert.FromHexString("DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659"),
        Convert.FromHexString("243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89"),
        Convert.FromHexString(
            "FFF97BD5755EEEA420453A14355235D382F6472F8568A18B2F057A1460297556"
            + "3CC27944640AC607CD107AE10923D9EF7A73C643E166BE5EBEAFA34B1AC553E2")));

    [Fact]
    public void AFreshKeysSignatureVerifiesAndNoNeighbourOfItDoes()
    {
        using var key = KeyPair.Generate();
        var message = new byte[32];
        var signature = NoiseHandshakeTests.Dirt(Schnorr.SignatureSize);
        Schnorr.Sign(key.Scalar, message, message, signature);
        Assert.True(Schnorr.Verify(key.XOnly, message, signature));

        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 0x40;
            Assert.False(Schnorr.Verify(key.XOnly, message, signature), $"byte {i}");
            signature[i] ^= 0x40;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFF)] // beyond the order
    public void NoSecretIsTakenThatIsNone(byte filler)
    {
        var secret = new byte[32];
        secret.AsSpan().Fill(filler);

        Assert.Null(Secp256k1.Scalar(secret));
        Assert.Throws<ArgumentException>(() => new KeyPair(secret));
    }
}
