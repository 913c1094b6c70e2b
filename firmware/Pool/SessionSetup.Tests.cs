using Firmware.StratumV2;
using Firmware.StratumV2.Messages;

namespace Firmware.Pool;

/// <summary>Setup on a session: statements 29 to 35 and hostile inputs B33 and B34 of the SV2 reference.</summary>
public sealed class SessionSetupTests : IDisposable
{
    private readonly InMemoryPool pool = new();

    [Fact] // Statements 29, 30 and 31
    public void SetupIsFirstForMiningInVersion2WithTheDialledPlaceAndNoDeviceIdAndFlags5()
    {
        pool.AnswerHandshake();

        var reader = new PayloadReader(Assert.Single(pool.Take(MessageType.SetupConnection)));
        var setup = SetupConnection.Read(ref reader);
        Assert.Equal(0, setup.Protocol);
        Assert.Equal(2, setup.MinVersion);
        Assert.Equal(2, setup.MaxVersion);
        Assert.Equal(5u, setup.Flags);
        Assert.Equal("pool.example"u8, setup.EndpointHost);
        Assert.Equal(3333, setup.EndpointPort);
        Assert.Equal("Sv2Firmware"u8, setup.Vendor);
        Assert.Equal("Bitaxe Gamma 601"u8, setup.HardwareVersion);
        Assert.Equal("sv2fw 1.2.3"u8, setup.Firmware);
        Assert.True(setup.DeviceId.IsEmpty);
    }

    [Theory] // Statement 33, B34
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void AnotherVersionThan2ClosesTheConnection(ushort version)
    {
        pool.AnswerHandshake();
        pool.AnswerSetup(version: version);

        Assert.Contains("version", pool.Ended, StringComparison.Ordinal);
        Assert.Empty(pool.Take(MessageType.OpenStandardMiningChannel));
        Assert.Null(pool.Session.RetryFlags);
    }

    [Fact] // Statement 32
    public void AFixedVersionThoughWeAskedForRollingClosesTheConnection()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup(flags: 1);

        Assert.Contains("version rolling", pool.Ended, StringComparison.Ordinal);
    }

    [Fact] // Statement 32
    public void APoolOfExtendedChannelsOnlyIsAskedForExtendedChannels()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup(flags: 2);

        Assert.Equal(0x1FFF_E000u, pool.WorkExtended().VersionMask);
        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
    }

    [Fact] // Statement 32: in the one case where it can be lived with.
    public void AFixedVersionAfterARetryWithoutRollingIsLeftAlone()
    {
        using var retried = new InMemoryPool(retryFlags: SetupConnection.RequiresStandardJobs);
        retried.AnswerHandshake();
        var reader = new PayloadReader(Assert.Single(retried.Take(MessageType.SetupConnection)));
        Assert.Equal(1u, SetupConnection.Read(ref reader).Flags);
        retried.AnswerSetup(flags: 1);

        Assert.Equal(0u, retried.WorkExtended().VersionMask);
    }

    [Theory] // Statement 24: only bit 0 counts.
    [InlineData(0x00, 0u)]
    [InlineData(0x02, 0u)]
    [InlineData(0xFE, 0u)]
    [InlineData(0x03, 0x1FFF_E000u)]
    [InlineData(0xFF, 0x1FFF_E000u)]
    public void OnlyBit0OfThePermissionToRollCounts(byte rolls, uint mask)
    {
        using var extended = new InMemoryPool(change: terms => terms with { Channel = ChannelChoice.Extended });
        extended.AnswerHandshake();
        extended.AnswerSetup();

        Assert.Equal(mask, extended.WorkExtended(rolls).VersionMask);
    }

    [Fact] // B34
    public void UnknownFlagsAreIgnored()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup(flags: 0xFFFF_FFFC);

        Assert.Null(pool.Ended);
        Assert.Single(pool.Take(MessageType.OpenStandardMiningChannel));
    }

    [Fact] // Statement 34
    public void ARefusedSetupShowsCodeAndFlagsAndEndsTheSession()
    {
        pool.AnswerHandshake();
        pool.Give(new SetupConnectionError { Flags = 0x14, ErrorCode = "unsupported-feature-flags"u8 });

        Assert.Contains("unsupported-feature-flags", pool.Ended, StringComparison.Ordinal);
        Assert.Contains("14", pool.Ended, StringComparison.Ordinal);
        Assert.Equal(1u, pool.Session.RetryFlags);
    }

    [Fact] // Statement 34
    public void ARefusalForAnotherReasonIsNotTriedAgainWithOtherFlags()
    {
        pool.AnswerHandshake();
        pool.Give(new SetupConnectionError { Flags = 0, ErrorCode = "unsupported-protocol"u8 });

        Assert.NotNull(pool.Ended);
        Assert.Null(pool.Session.RetryFlags);
    }

    [Fact] // Statement 35
    public void TheChannelIsAskedForInTheStepThatReadTheAnswer()
    {
        pool.AnswerHandshake();
        pool.AnswerSetup();

        Assert.Single(pool.Take(MessageType.OpenStandardMiningChannel));
        Assert.Equal(SessionStage.Opening, pool.Session.Stage);
    }

    [Fact] // B33
    public void ASecondSuccessAndLateSetupMessagesAreIgnoredAndCounted()
    {
        Mine();
        pool.Give(new SetupConnectionSuccess(2, 0));
        pool.Give(new SetupConnectionSuccess(3, uint.MaxValue));
        pool.Give(new SetupConnectionError { Flags = 0, ErrorCode = "late"u8 });

        Assert.Null(pool.Ended);
        Assert.Equal(3, pool.Session.Ignored);
        Assert.Equal(SessionStage.Mining, pool.Session.Stage);
    }

    [Theory] // B33
    [InlineData(MessageType.SetupConnectionSuccess)]
    [InlineData(MessageType.SetupConnectionError)]
    [InlineData(MessageType.SetupConnection)]
    [InlineData(MessageType.OpenStandardMiningChannel)]
    [InlineData(MessageType.OpenExtendedMiningChannel)]
    [InlineData(MessageType.UpdateChannel)]
    [InlineData(MessageType.SubmitSharesStandard)]
    [InlineData(MessageType.SubmitSharesExtended)]
    [InlineData(MessageType.SetCustomMiningJob)]
    public void WhatHasNoPlaceInASessionIsIgnoredAndRepeatedClosesTheConnection(MessageType type)
    {
        Mine();
        for (var i = 1; i <= UselessFrames.OutOfTurnMax; i++)
        {
            SendFilled(type);
            Assert.Null(pool.Ended);
            Assert.Equal(i, pool.Session.Ignored);
        }

        SendFilled(type);
        Assert.Contains("no place", pool.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void MiningMessagesBeforeTheSetupIsAnsweredAreIgnored()
    {
        pool.AnswerHandshake();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
        Assert.Equal(2, pool.Session.Ignored);

        pool.AnswerSetup();
        pool.AnswerOpen();
        Assert.Equal(SessionStage.AwaitingJob, pool.Session.Stage);
    }

    public void Dispose() => pool.Dispose();

    private void Mine()
    {
        pool.Opened();
        pool.GiveFutureJob(1);
        pool.GiveTip(job: 1);
    }

    /// <summary>The content does not matter: it is not even looked at.</summary>
    private void SendFilled(MessageType type)
    {
        const int Length = 60;
        var frame = new byte[FrameHeader.Size + Length];
        frame.AsSpan().Fill(0xFF);
        new FrameHeader(0, false, (byte)type, Length).Write(frame);
        pool.GiveRaw(pool.SealedFrame(frame));
    }
}
