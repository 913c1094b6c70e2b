using System.Buffers.Binary;
using Firmware.StratumV2;

namespace TestPool;

/// <summary>Frames that no miner has a use for, so many a second: it has to let them pass.</summary>
/// <param name="rate">Frames a second.</param>
/// <param name="ofExtensions">
/// True: of extensions nobody asked for. False: of the core, with types that nobody knows.
/// </param>
internal sealed class FrameNoise(int rate, bool ofExtensions, ulong seed, TimeSpan start)
{
    private const int PayloadMax = 200;
    private const byte FirstUnknownType = 0x80;

    private readonly Lots lots = new(seed);
    private long sent;

    /// <summary>So many were sent.</summary>
    public long Sent => sent;

    /// <param name="channel">What half of the frames with the channel bit begin with: a channel that is there.</param>
    public void Step(uint channel, Outbox outbox, TimeSpan now)
    {
        var due = (long)((now - start).TotalSeconds * rate);
        for (; sent < due; sent++)
        {
            Send(channel, outbox);
        }
    }

    private void Send(uint channel, Outbox outbox)
    {
        var payload = new byte[ofExtensions ? lots.Below(PayloadMax) : sizeof(uint)];
        lots.Fill(payload);
        var channelBit = lots.Below(2) == 0;
        if (channelBit && payload.Length >= sizeof(uint) && lots.Below(2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload, channel);
        }

        var extension = ofExtensions ? (ushort)(2 + lots.Below(0x7FFD)) : (ushort)0;
        var type = ofExtensions ? (byte)lots.Below(256) : (byte)(FirstUnknownType + lots.Below(128));
        outbox.Send(new FrameHeader(extension, channelBit, type, payload.Length), payload);
    }
}
