using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Firmware.Cli;

/// <summary>The fixed keys of the Stratum V2 reference §3.5; the exchange was accepted by sv2-tp 1be45c4.</summary>
public class DecodeNoiseTests
{
    private static readonly string Session =
        $"> {Text("e64")}\n< {Text("act2")}\n> {Text("setup_cipher")}\n< {Text("succ_cipher")}\n";

    private static readonly DecodeOptions Client = new() { EphemeralSecret = Text("e_priv"), Side = "client" };

    private static readonly DecodeOptions Server =
        new() { EphemeralSecret = Text("re_priv"), Side = "server", StaticSecret = Text("rs_priv") };

    [Fact]
    public void TheClientsEphemeralSecretOpensBothDirections()
    {
        var text = Decode(Client, Session);

        Assert.Equal(
            """
            client → server, byte 64: SetupConnection (0x00), 47 bytes
              protocol          U8        0
              min_version       U16       2
              max_version       U16       2
              flags             U32       0x00000005
              endpoint_host     STR0_255  "pool.example"
              endpoint_port     U16       3333
              vendor            STR0_255  "Acme fw1.0"
              hardware_version  STR0_255  "S19k"
              firmware          STR0_255  "fw1.0"
              device_id         STR0_255  ""
            server → client, byte 234: SetupConnection.Success (0x01), 6 bytes
              used_version  U16  2
              flags         U32  0x00000000

            """,
            text[text.IndexOf("client → server, byte 64", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void TheServersSecretsOpenTheSame() => Assert.Equal(Decode(Client, Session), Decode(Server, Session));

    [Fact]
    public void TheHandshakeIsShownWithItsCertificate()
    {
        var text = Decode(Client, Session);

        Assert.StartsWith(
            $"client → server, byte 0: Noise act 1, 64 bytes\n  ephemeral  ELLSWIFT_PUBKEY  {Text("e64")}\n", text,
            StringComparison.Ordinal);
        Assert.Contains($"static, x-only   PUBKEY           {Text("rs_xonly")}\n", text, StringComparison.Ordinal);
        Assert.Contains("valid_from       U32              1767225600 (2026-01-01 00:00:00 UTC)\n", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ItMattersNotHowTheBytesAreCut()
    {
        string[] marks = ["> ", "< ", "> ", "< "];
        var drops = Session.Trim().Split('\n').SelectMany((line, i) =>
            line[2..].Chunk(2).Select(pair => marks[i] + string.Concat(pair)));

        Assert.Equal(Decode(Client, Session), Decode(Client, string.Join('\n', drops)));
    }

    [Theory]
    [InlineData(null, "client", "--ephemeral-secret is missing")]
    [InlineData("11", "client", "--ephemeral-secret is 64 hex digits, not 2")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "client", "does not fit")]
    [InlineData("2222222222222222222222222222222222222222222222222222222222222222", "client", "does not fit")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111", "pool", "give client or server")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111", null, "give client or server")]
    [InlineData("2222222222222222222222222222222222222222222222222222222222222222", "server", "--static-secret is")]
    public void WhatSecretIsMissingOrWrongIsSaid(string? secret, string? side, string named) =>
        Assert.Contains(
            named, Wrong(new() { EphemeralSecret = secret, Side = side }, Session), StringComparison.Ordinal);

    [Fact]
    public void AnotherStaticSecretDoesNotOpenTheHandshake() =>
        Assert.Contains(
            "The handshake does not open",
            Wrong(Server with { StaticSecret = Text("ca_priv") }, Session), StringComparison.Ordinal);

    [Fact]
    public void AChangedFrameIsNamedByItsSideAndPlace()
    {
        var changed = Text("succ_cipher").Replace('f', '0');

        Assert.StartsWith(
            "The frame at byte 234 of the server's bytes does not open:",
            Wrong(Client, Session.Replace(Text("succ_cipher"), changed)), StringComparison.Ordinal);
    }

    [Fact]
    public void ASessionCutAnywhereIsShownSoFarOrRefusedInASentence()
    {
        for (var length = 0; length < Session.Length; length += 7)
        {
            try
            {
                Decode(Client, Session[..length]);
            }
            catch (UsageException wrong)
            {
                Assert.NotEmpty(wrong.Message);
            }
        }
    }

    [Fact]
    public void SealedBytesThatNobodyToldApartAreRefused() =>
        Assert.Contains("told apart", Wrong(Client, Text("e64") + Text("act2")), StringComparison.Ordinal);

    [Fact]
    public void AChunkedFrameIsOneFrame()
    {
        using var to = new CipherState(Convert.FromHexString(Text("k_i2r")));
        var plain = new byte[FrameHeader.Size + 70_000];
        new FrameHeader(0, false, 0x74, 70_000).Write(plain);
        plain[FrameHeader.Size + 8] = 0; // template 0, no excess data, no transactions, and a long rest
        var wire = new byte[FrameSealer.SealedLength(70_000)];
        new FrameSealer(to).Seal(plain, wire);

        var text = Decode(Client, $"> {Text("e64")}\n< {Text("act2")}\n> {Convert.ToHexStringLower(wire)}");

        Assert.Contains("RequestTransactionData.Success (0x74), 70000 bytes", text, StringComparison.Ordinal);
    }

    private static string Text(string name) => NoiseVectors.FixedKeys.Text(name);

    private static string Decode(DecodeOptions options, string input)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, DecodeCommand.Run(options, new StringReader(input), output));
        return output.ToString();
    }

    private static string Wrong(DecodeOptions options, string input) =>
        Assert.Throws<UsageException>(() => Decode(options, input)).Message;
}
