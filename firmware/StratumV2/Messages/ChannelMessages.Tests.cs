namespace Firmware.StratumV2.Messages;

/// <summary>Each field by its name, in the frames of SRI stratum 26802203.</summary>
public class ChannelMessagesTests
{
    private static readonly byte[] AnyTarget = [.. Enumerable.Repeat((byte)0xFF, 32)];

    // Difficulty 1, least significant byte first.
    private static readonly byte[] Target1 = [.. new byte[26], 0xFF, 0xFF, 0, 0, 0, 0];

    [Fact]
    public void OpenStandardMiningChannel()
    {
        var open = Read<OpenStandardMiningChannel>("OpenStandardMiningChannel");

        Assert.Equal(1u, open.RequestId);
        Assert.Equal("user.worker"u8, open.UserIdentity);
        Assert.Equal(1.2e14f, open.NominalHashRate);
        Assert.Equal(AnyTarget, open.MaxTarget);
    }

    [Fact]
    public void OpenStandardMiningChannelSuccess()
    {
        var success = Read<OpenStandardMiningChannelSuccess>("OpenStandardMiningChannel.Success");

        Assert.Equal(1u, success.RequestId);
        Assert.Equal(2u, success.ChannelId);
        Assert.Equal(Target1, success.Target);
        Assert.Equal((byte[])[0, 1, 2, 3, 4, 5, 6, 7], success.ExtranoncePrefix);
        Assert.Equal(1u, success.GroupChannelId);
    }

    [Fact]
    public void OpenMiningChannelError()
    {
        var error = Read<OpenMiningChannelError>("OpenMiningChannel.Error");

        Assert.Equal(1u, error.RequestId);
        Assert.Equal("unknown-user"u8, error.ErrorCode);
    }

    [Fact]
    public void OpenExtendedMiningChannel()
    {
        var open = Read<OpenExtendedMiningChannel>("OpenExtendedMiningChannel");

        Assert.Equal(2u, open.RequestId);
        Assert.Equal("user.worker"u8, open.UserIdentity);
        Assert.Equal(1.2e14f, open.NominalHashRate);
        Assert.Equal(AnyTarget, open.MaxTarget);
        Assert.Equal(8, open.MinExtranonceSize);
    }

    [Fact]
    public void OpenExtendedMiningChannelSuccess()
    {
        var success = Read<OpenExtendedMiningChannelSuccess>("OpenExtendedMiningChannel.Success");

        Assert.Equal(2u, success.RequestId);
        Assert.Equal(3u, success.ChannelId);
        Assert.Equal(Target1, success.Target);
        Assert.Equal(16, success.ExtranonceSize);
        Assert.Equal((byte[])[0, 0, 0, 7], success.ExtranoncePrefix);
        Assert.Equal(1u, success.GroupChannelId);
    }

    [Fact]
    public void UpdateChannel()
    {
        var update = Read<UpdateChannel>("UpdateChannel");

        Assert.Equal(2u, update.ChannelId);
        Assert.Equal(1e14f, update.NominalHashRate);
        Assert.Equal(Target1, update.MaximumTarget);
    }

    [Fact]
    public void UpdateChannelError()
    {
        var error = Read<UpdateChannelError>("UpdateChannel.Error");

        Assert.Equal(2u, error.ChannelId);
        Assert.Equal("invalid-channel-id"u8, error.ErrorCode);
    }

    [Fact]
    public void CloseChannel()
    {
        var close = Read<CloseChannel>("CloseChannel");

        Assert.Equal(2u, close.ChannelId);
        Assert.Equal("bye"u8, close.ReasonCode);
    }

    [Fact]
    public void SetExtranoncePrefix()
    {
        var prefix = Read<SetExtranoncePrefix>("SetExtranoncePrefix");

        Assert.Equal(2u, prefix.ChannelId);
        Assert.Equal((byte[])[0, 0, 0, 8], prefix.ExtranoncePrefix);
    }

    [Fact]
    public void SetTarget()
    {
        var target = Read<SetTarget>("SetTarget");

        Assert.Equal(2u, target.ChannelId);
        Assert.Equal(Target1, target.MaximumTarget);
    }

    [Fact]
    public void SetGroupChannel()
    {
        var group = Read<SetGroupChannel>("SetGroupChannel");

        Assert.Equal(1u, group.GroupChannelId);
        Assert.Equal(2, group.ChannelIds.Count);
        Assert.Equal(2u, group.ChannelIds.U32(0));
        Assert.Equal(3u, group.ChannelIds.U32(1));
    }

    private static T Read<T>(string name)
        where T : IMessage<T>, allows ref struct => FrameVectors.Parse(FrameVectors.All[name]).Read<T>();
}
