using CsCheck;

namespace Firmware.StratumV2;

/// <summary>The frames are SRI stratum 26802203's, unless written here.</summary>
public class FrameTextTests
{
    [Fact]
    public void AJobForNowShowsItsFieldsByTheSpecsNames() => Assert.Equal(
        """
        NewMiningJob (0x15), 49 bytes
          channel_id   U32          2
          job_id       U32          9
          min_ntime    OPTION[U32]  1700000000 (2023-11-14 22:13:20 UTC)
          version      U32          0x20000000
          merkle_root  U256         1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100
        """,
        Describe("NewMiningJob active"));

    [Fact]
    public void ASetupShowsItsStrings() => Assert.Equal(
        """
        SetupConnection (0x00), 47 bytes
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
        """,
        Describe("SetupConnection"));

    [Fact]
    public void AnExtendedJobShowsItsPath() => Assert.Contains(
        """
          version_rolling_allowed  BOOL            true
          merkle_path              SEQ0_255[U256]  2
            1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100
            1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100
          coinbase_tx_prefix       B0_64K          aaaaaaaaaaaaaaaaaaaa
        """,
        Describe("NewExtendedMiningJob"));

    [Fact]
    public void AGroupShowsItsChannels() =>
        Assert.Contains("channel_ids       SEQ0_64K[U32]  2: 2 3", Describe("SetGroupChannel"));

    [Fact]
    public void ControlCharactersOfAPeerDoNotReachTheTerminal()
    {
        byte[] payload = [1, 0, 0, 0, 8, .. "\u001b[31mbye"u8];

        Assert.EndsWith(
            "reason_code  STR0_255  \"\ufffd[31mbye\"", FrameText.Describe(new Frame(0, true, 0x18, payload)));
    }

    [Fact]
    public void TrailingBytesAndAWrongChannelBitAreSaid()
    {
        var text = FrameText.Describe(new Frame(0, false, 0x03, [7, 0, 0, 0, 0xAB]));

        Assert.Equal(
            """
            ChannelEndpointChanged (0x03), 5 bytes, wrong channel bit
              channel_id  U32      7
              trailing    1 bytes  ab
            """,
            text);
    }

    [Fact]
    public void AFieldThatOlderServersLackIsSaidToBeAbsent()
    {
        var payload = FrameVectors.Parse(FrameVectors.All["OpenExtendedMiningChannel.Success"]).Payload;

        Assert.EndsWith(
            "group_channel_id   U32    absent", FrameText.Describe(new Frame(0, false, 0x14, payload[..^4])));
    }

    [Fact]
    public void AnUnknownMessageShowsItsBytes()
    {
        Assert.Equal(
            "Unknown message (0x1E), 1 bytes\n  trailing  1 bytes  ab", FrameText.Describe(new(0, true, 0x1E, [0xAB])));
        Assert.Equal("Unknown message (0x00 of extension 0x0020), 0 bytes", FrameText.Describe(new(0x20, true, 0, [])));
    }

    [Fact]
    public void MessagesOfOtherProtocolsAreSaidThoughNotSpoken()
    {
        Assert.Equal(
            """
            RequestExtensions.Error (0x02 of extension 0x0001), 8 bytes
              request_id              U16            1
              unsupported_extensions  SEQ0_64K[U16]  1: 2
              required_extensions     SEQ0_64K[U16]  0:
            """,
            Describe("RequestExtensions.Error"));
        Assert.Equal(
            """
            ProvideMissingTransactions.Success (0x56), 15 bytes
              request_id        U32               1
              transaction_list  SEQ0_64K[B0_16M]  2
                0102
                03
            """,
            Describe("ProvideMissingTransactions.Success"));
    }

    [Fact]
    public void EveryMessageIsDescribedToItsLastByte()
    {
        foreach (var name in FrameVectors.All.Keys)
        {
            Assert.StartsWith(name.Replace("TDP ", "").Split(' ')[0], Describe(name));
            Assert.DoesNotContain("trailing", Describe(name));
            Assert.DoesNotContain("wrong channel bit", Describe(name));
        }
    }

    [Fact]
    public void ACutFrameIsAProtocolErrorAndNothingElse()
    {
        foreach (var (name, frame) in FrameVectors.All)
        {
            if (name == "OpenExtendedMiningChannel.Success")
            {
                continue; // Its last field may be absent.
            }

            for (var length = FrameHeader.Size; length < frame.Length; length++)
            {
                var cut = frame[..length];
                Assert.Throws<ProtocolException>(() => FrameText.Describe(FrameVectors.Parse(cut)));
            }
        }
    }

    [Fact]
    public void AnyFrameIsSaidOrAProtocolError() => Gen
        .Select(Gen.UShort[0, 2], Gen.Bool, Gen.Byte, Gen.Byte.Array[0, 300])
        .Sample(
            (extension, bit, type, payload) =>
            {
                try
                {
                    return FrameText.Describe(new Frame(extension, bit, type, payload)).Length > 0;
                }
                catch (ProtocolException malformed)
                {
                    return malformed.Message.Length > 0;
                }
            },
            iter: 20_000);

    private static string Describe(string name) => FrameText.Describe(FrameVectors.Parse(FrameVectors.All[name]));
}
