namespace Firmware.StratumV2;

/// <summary>The frames are SRI stratum 26802203's, unless written here.</summary>
public class FrameTextTests
{
    [Fact]
    public void AJobForNowShowsItsFieldsByTheSpecsNames() => Assert.Equal(
        """
        NewMiningJob (0x15), 49 bytes
          channel_id: 2
          job_id: 9
          min_ntime: 1700000000 (2023-11-14 22:13:20 UTC)
          version: 0x20000000
          merkle_root: 1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100
        """,
        Describe("NewMiningJob active"));

    [Fact]
    public void ASetupShowsItsStrings() => Assert.Equal(
        """
        SetupConnection (0x00), 47 bytes
          protocol: 0
          min_version: 2
          max_version: 2
          flags: 0x00000005
          endpoint_host: "pool.example"
          endpoint_port: 3333
          vendor: "Acme fw1.0"
          hardware_version: "S19k"
          firmware: "fw1.0"
          device_id: ""
        """,
        Describe("SetupConnection"));

    [Fact]
    public void AnExtendedJobShowsItsPath() => Assert.Contains(
        """
          version_rolling_allowed: true
          merkle_path: 2
            1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100
            1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100
          coinbase_tx_prefix: aaaaaaaaaaaaaaaaaaaa
        """,
        Describe("NewExtendedMiningJob"));

    [Fact]
    public void AGroupShowsItsChannels() => Assert.Contains("channel_ids: 2: 2 3", Describe("SetGroupChannel"));

    [Fact]
    public void ControlCharactersOfAPeerDoNotReachTheTerminal()
    {
        byte[] payload = [1, 0, 0, 0, 8, .. "\u001b[31mbye"u8];

        Assert.EndsWith("reason_code: \"\ufffd[31mbye\"", FrameText.Describe(new Frame(0, true, 0x18, payload)));
    }

    [Fact]
    public void TrailingBytesAndAWrongChannelBitAreSaid()
    {
        var text = FrameText.Describe(new Frame(0, false, 0x03, [7, 0, 0, 0, 0xAB]));

        Assert.Equal(
            """
            ChannelEndpointChanged (0x03), 5 bytes, wrong channel bit
              channel_id: 7
              trailing: ab
            """,
            text);
    }

    [Fact]
    public void AFieldThatOlderServersLackIsSaidToBeAbsent()
    {
        var payload = FrameVectors.Parse(FrameVectors.All["OpenExtendedMiningChannel.Success"]).Payload;

        Assert.EndsWith("group_channel_id: absent", FrameText.Describe(new Frame(0, false, 0x14, payload[..^4])));
    }

    [Fact]
    public void AMessageOfAnExtensionShowsItsBytes() => Assert.Equal(
        "Message 0x00 of extension 0x0001, 6 bytes\n  trailing: 010001000200",
        Describe("RequestExtensions"));

    [Fact]
    public void EveryMessageIsDescribedToItsLastByte()
    {
        foreach (var name in FrameVectors.CommonAndMining)
        {
            Assert.StartsWith(name.Split(' ')[0] + " (0x", Describe(name));
            Assert.DoesNotContain("trailing", Describe(name));
            Assert.DoesNotContain("wrong channel bit", Describe(name));
        }
    }

    [Fact]
    public void ACutFrameIsAProtocolError() => Assert.Throws<ProtocolException>(
        () => FrameText.Describe(new Frame(0, true, (byte)MessageType.SetTarget, [1, 0, 0, 0])));

    private static string Describe(string name) => FrameText.Describe(FrameVectors.Parse(FrameVectors.All[name]));
}
