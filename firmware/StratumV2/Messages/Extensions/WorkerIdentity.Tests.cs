using CsCheck;

namespace Firmware.StratumV2.Messages.Extensions;

/// <summary>Statement 27 and hostile input B54 of the SV2 reference; the worked bytes are those of its §2.5.</summary>
public class WorkerIdentityTests
{
    private static readonly byte[] Share = FrameVectors.All["SubmitSharesExtended"][FrameHeader.Size..];

    [Fact] // Statement 27
    public void TheNameLeavesLeastSignificantByteFirst()
    {
        Span<byte> dirty = stackalloc byte[64];
        dirty.Fill(0xFF);
        var payload = new PayloadWriter(dirty);
        WorkerIdentity.Write(ref payload, "Worker_001"u8);

        Assert.Equal("0200010A00576F726B65725F303031", Convert.ToHexString(dirty[..payload.Length]));
    }

    [Theory] // Statement 27: as the reference implementation has it, and as the specification's example.
    [InlineData("0200010A00576F726B65725F303031")]
    [InlineData("000201000A576F726B65725F303031")]
    [InlineData("0300010100FF0200010A00576F726B65725F303031")]
    [InlineData("0003010001FF000201000A576F726B65725F303031")]
    [InlineData("0200010A00576F726B65725F303031FF")]
    public void BothOrdersAreRead(string hex) =>
        Assert.Equal("Worker_001"u8, WorkerIdentity.Find(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("02000100")]
    [InlineData("0200010000")]
    [InlineData("0200020100FF")]
    [InlineData("0300010100FF")]
    [InlineData("0200012100" + Name33)]
    [InlineData("0200010B00576F726B65725F303031")]
    public void WhatIsNoNameIsNone(string hex) =>
        Assert.True(WorkerIdentity.Find(Convert.FromHexString(hex)).IsEmpty);

    [Fact] // Statement 27
    public void TheFrameOfANamedShareStaysOneOfTheCoreProtocol()
    {
        var frame = new byte[128];
        var payload = new PayloadReader(Share);
        var named = new NamedShare { Share = SubmitSharesExtended.Read(ref payload), Worker = "w"u8 };
        var length = FrameWriter.Write(named, frame);

        Assert.Equal(0, FrameHeader.Read(frame).ExtensionType);
        Assert.True(FrameHeader.Read(frame).ChannelBit);
        Assert.Equal([.. Share, 2, 0, 1, 1, 0, (byte)'w'], frame[FrameHeader.Size..length]);
        var back = FrameVectors.Parse(frame.AsSpan(0, length)).Read<NamedShare>();
        Assert.Equal("w"u8, back.Worker);
        Assert.Equal(named.Share.JobId, back.Share.JobId);
        Assert.Equal(named.Share.Extranonce, back.Share.Extranonce);
    }

    [Fact]
    public void AShareWithoutANameIsTheCoreMessageByteForByte()
    {
        var frame = new byte[128];
        var payload = new PayloadReader(Share);
        var length = FrameWriter.Write(
            new NamedShare { Share = SubmitSharesExtended.Read(ref payload), Worker = default }, frame);

        Assert.Equal(FrameVectors.All["SubmitSharesExtended"], frame[..length]);
    }

    [Fact] // B54
    public void AThousandFieldsAreNotReadAndCostTheMessageNothing()
    {
        byte[] bomb = [.. Share, .. Enumerable.Repeat<byte[]>([3, 0, 1, 0, 0], 1000).SelectMany(tlv => tlv)];
        bomb = [.. bomb, 2, 0, 1, 1, 0, (byte)'w'];

        AssertKeepsTheMessage(bomb);
    }

    [Fact] // B54
    public void AFieldBeyondTheEndCostsTheMessageNothing()
    {
        AssertKeepsTheMessage([.. Share, 2, 0, 1, 0xFF, 0xFF, 1]);
        AssertKeepsTheMessage([.. Share, 0, 2, 1, 0xFF, 0xFF, 1]);
    }

    [Fact] // B54
    public void AnyTrailingBytesAreANameThatFitsOrNone() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        byte[] payload = [.. Share, .. bytes];
        var reader = new PayloadReader(payload);
        return NamedShare.Read(ref reader).Worker.Length <= WorkerIdentity.Max;
    });

    [Theory]
    [InlineData("", 0)]
    [InlineData("worker", 6)]
    [InlineData("0123456789012345678901234567890123456789", 32)]
    [InlineData("012345678901234567890123456789\u20bf", 30)]
    [InlineData("0123456789012345678901234567890\u00fc", 31)]
    public void ANameIsCutAtWholeCharacters(string name, int length) =>
        Assert.Equal(length, WorkerIdentity.Encode(name).Length);

    private const string Name33 = "414141414141414141414141414141414141414141414141414141414141414141";

    private static void AssertKeepsTheMessage(byte[] payload)
    {
        var reader = new PayloadReader(payload);
        var named = NamedShare.Read(ref reader);
        var core = new PayloadReader(Share);
        Assert.Equal(SubmitSharesExtended.Read(ref core).Extranonce, named.Share.Extranonce);
        Assert.True(named.Worker.IsEmpty);
    }
}
