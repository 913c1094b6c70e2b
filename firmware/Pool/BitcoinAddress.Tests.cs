namespace Firmware.Pool;

public class BitcoinAddressTests
{
    [Theory] // Of the genesis block and of well-known examples; BIP173 and BIP350 test vectors
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", "bc")]
    [InlineData("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87", "bc")]
    [InlineData("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "0014751e76e8199196d454941c45d1b3a323f1433bd6", "bc")]
    [InlineData(
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
        "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
        "tb")]
    [InlineData(
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
        "bc")]
    [InlineData("BC1SW50QGDZ25J", "6002751e", "bc")]
    [InlineData("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323", "bc")]
    [InlineData(
        "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
        "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
        "tb")]
    [InlineData(
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "bc")]
    public void AnAddressIsTheScriptThatPaysItAndBack(string address, string script, string prefix)
    {
        Assert.True(BitcoinAddress.TryScript(address, out var bytes, out _));
        Assert.Equal(script, Convert.ToHexStringLower(bytes));
        Assert.Equal(address, BitcoinAddress.Of(bytes, prefix), ignoreCase: true);
    }

    [Theory] // The invalid ones of BIP350, and of base58check
    [InlineData("tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut", "address")]
    [InlineData("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "checksum")]
    [InlineData("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", "checksum")]
    [InlineData("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "checksum")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "checksum")]
    [InlineData("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "'o'")]
    [InlineData("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "no wallet")]
    [InlineData("bc1pw5dgrnzv", "no wallet")]
    [InlineData("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "no wallet")]
    [InlineData("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "no wallet")]
    [InlineData("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "capital")]
    [InlineData("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "no wallet")]
    [InlineData("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "no wallet")]
    [InlineData("bc1gmk9yu", "checksum")]
    [InlineData("bc1", "checksum")]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum")]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7Di", "bytes")]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7Div0Na", "'0'")]
    [InlineData("LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", "another coin")] // A Litecoin address.
    [InlineData("", "empty")]
    public void AWrongAddressIsRefusedInOneSentence(string address, string named)
    {
        Assert.False(BitcoinAddress.TryScript(address, out var script, out var problem));
        Assert.Null(script);
        Assert.Contains(named, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("6a")] // OP_RETURN
    [InlineData("6a24aa21a9ed2222222222222222222222222222222222222222222222222222222222222222")]
    [InlineData("76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888")]
    [InlineData("0014751e76e8199196d454941c45d1b3a323f1433b")]
    [InlineData("0015751e76e8199196d454941c45d1b3a323f1433bd600")]
    [InlineData("5101aa")]
    public void AScriptOfNoSuchKindHasNoAddress(string script) =>
        Assert.Null(BitcoinAddress.Of(Convert.FromHexString(script)));

    [Theory]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")]
    public void EveryCutAndEveryChangedLetterIsNoticed(string address)
    {
        for (var i = 0; i < address.Length; i++)
        {
            Assert.False(BitcoinAddress.TryScript(address[..i], out _, out _));
            var changed = address[..i] + (address[i] == 'w' ? 'v' : 'w') + address[(i + 1)..];
            Assert.False(BitcoinAddress.TryScript(changed, out _, out _), changed);
        }
    }
}
