namespace Firmware.StratumV2.Messages;

/// <summary>Each field by its name, in the frames of SRI stratum 26802203.</summary>
public class CommonMessagesTests
{
    [Fact]
    public void SetupConnectionTellsWhoWantsWhat()
    {
        var setup = FrameVectors.Parse(FrameVectors.All["SetupConnection"]).Read<SetupConnection>();

        Assert.Equal(SetupConnection.MiningProtocol, setup.Protocol);
        Assert.Equal(SetupConnection.Version, setup.MinVersion);
        Assert.Equal(SetupConnection.Version, setup.MaxVersion);
        Assert.Equal(SetupConnection.RequiresStandardJobs | SetupConnection.RequiresVersionRolling, setup.Flags);
        Assert.Equal("pool.example"u8, setup.EndpointHost);
        Assert.Equal(3333, setup.EndpointPort);
        Assert.Equal("Acme fw1.0"u8, setup.Vendor);
        Assert.Equal("S19k"u8, setup.HardwareVersion);
        Assert.Equal("fw1.0"u8, setup.Firmware);
        Assert.Equal(""u8, setup.DeviceId);
    }

    [Fact]
    public void SetupConnectionSuccessHasVersionAndFlags() => Assert.Equal(
        new SetupConnectionSuccess(UsedVersion: 2, Flags: 0),
        FrameVectors.Parse(FrameVectors.All["SetupConnection.Success"]).Read<SetupConnectionSuccess>());

    [Fact]
    public void SetupConnectionErrorHasFlagsAndCode()
    {
        var error = FrameVectors.Parse(FrameVectors.All["SetupConnection.Error"]).Read<SetupConnectionError>();

        Assert.Equal(SetupConnection.RequiresVersionRolling, error.Flags);
        Assert.Equal("unsupported-feature-flags"u8, error.ErrorCode);
    }

    [Fact]
    public void ChannelEndpointChangedHasTheChannel() => Assert.Equal(
        new ChannelEndpointChanged(7),
        FrameVectors.Parse(FrameVectors.All["ChannelEndpointChanged"]).Read<ChannelEndpointChanged>());

    [Fact]
    public void ReconnectHasHostAndPort()
    {
        var reconnect = FrameVectors.Parse(FrameVectors.All["Reconnect"]).Read<Reconnect>();

        Assert.Equal(".example"u8, reconnect.NewHost[^8..]);
        Assert.Equal(3334, reconnect.NewPort);
    }
}
