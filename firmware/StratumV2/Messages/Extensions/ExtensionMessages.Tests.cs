namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>Each field by its name, in the frames of SRI stratum 26802203.</summary>
public class ExtensionMessagesTests
{
    [Fact]
    public void RequestExtensions()
    {
        var request = Read<RequestExtensions>("RequestExtensions");

        Assert.Equal(1, request.RequestId);
        Assert.Equal(1, request.RequestedExtensions.Count);
        Assert.Equal(2, request.RequestedExtensions.U16(0));
    }

    [Fact]
    public void RequestExtensionsSuccess()
    {
        var success = Read<RequestExtensionsSuccess>("RequestExtensions.Success");

        Assert.Equal(1, success.RequestId);
        Assert.Equal(1, success.SupportedExtensions.Count);
        Assert.Equal(2, success.SupportedExtensions.U16(0));
    }

    [Fact]
    public void RequestExtensionsError()
    {
        var error = Read<RequestExtensionsError>("RequestExtensions.Error");

        Assert.Equal(1, error.RequestId);
        Assert.Equal(1, error.UnsupportedExtensions.Count);
        Assert.Equal(2, error.UnsupportedExtensions.U16(0));
        Assert.Equal(0, error.RequiredExtensions.Count);
    }

    [Fact] // Both are message 0x00, each of its extension.
    public void ARequestIsNoSetupAndASetupNoRequest()
    {
        Assert.Throws<ProtocolException>(() => Read<SetupConnection>("RequestExtensions"));
        Assert.Throws<ProtocolException>(() => Read<RequestExtensions>("SetupConnection"));
    }

    private static T Read<T>(string name)
        where T : IMessage<T>, allows ref struct => FrameVectors.Parse(FrameVectors.All[name]).Read<T>();
}
