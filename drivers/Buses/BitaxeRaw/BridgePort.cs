using System.Buffers.Binary;

namespace Drivers.Buses.BitaxeRaw;

/// <summary>The pages of the bridge's request space.</summary>
public enum BridgePage : byte
{
    I2c = 0x05,
    Gpio = 0x06,
    Adc = 0x07,
    Fan = 0x09,
}

/// <summary>
/// The control port of a bitaxe-raw bridge: one request at a time, answered under its id within a deadline, never
/// repeated here. Whatever goes wrong is an <see cref="IOException"/> that says what; the next request starts on a
/// line that has fallen silent, so a late or damaged answer costs no more than the request it belongs to.
/// </summary>
public sealed class BridgePort : IDisposable
{
    /// <summary>Long for a transfer of a millisecond, and short enough for a tick that has several.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromMilliseconds(50);

    private const int RequestHeaderLength = 6;
    private const int RequestMax = 256;
    private const byte OnlyBus = 0;

    /// <summary>The bridge answers under this id what it could not parse; no request of ours carries it.</summary>
    private const byte ParseErrorId = 0xFF;

    /// <summary>After a failure: so long without a byte is silence. Several USB frames.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(5);

    private readonly IBridgeWire wire;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;
    private readonly Lock oneAtATime = new();
    private readonly byte[] received = new byte[1024];

    /// <summary>What each id last asked for, so that a late answer can be told from the one awaited.</summary>
    private readonly PayloadLength?[] asked = new PayloadLength?[256];

    private byte lastId = ParseErrorId - 1;
    private bool outOfStep = true;
    private TimeSpan troubleLeft = TimeSpan.MaxValue;

    /// <param name="timeout">For one request, from sending it to the last byte of the answer.</param>
    public BridgePort(IBridgeWire wire, BridgeDialect dialect, TimeSpan timeout, TimeProvider? time = null)
    {
        this.wire = wire;
        this.timeout = timeout;
        this.time = time ?? TimeProvider.System;
        Dialect = dialect;
        asked[ParseErrorId] = PayloadLength.OfCommand;
    }

    public BridgeDialect Dialect { get; }

    /// <summary>Asks for exactly as many bytes as <paramref name="answer"/> has room for.</summary>
    public void Ask(BridgePage page, byte command, ReadOnlySpan<byte> data, Span<byte> answer)
    {
        lock (oneAtATime)
        {
            Exchange(page, command, data, new(answer.Length, answer.Length)).CopyTo(answer);
        }
    }

    /// <summary>Tells the bridge to do something; what its answer says beyond "done" does not matter.</summary>
    /// <param name="mayEcho">The bridge may answer with the data it was sent.</param>
    public void Tell(BridgePage page, byte command, ReadOnlySpan<byte> data, bool mayEcho = false)
    {
        lock (oneAtATime)
        {
            Exchange(page, command, data, mayEcho ? new(0, data.Length) : PayloadLength.OfCommand);
        }
    }

    /// <summary>What failing requests may cost in all, until the next call; after that they fail at once.</summary>
    public void LimitTrouble(TimeSpan atMost)
    {
        lock (oneAtATime)
        {
            troubleLeft = atMost;
        }
    }

    public void Dispose() => wire.Dispose();

    private ReadOnlySpan<byte> Exchange(BridgePage page, byte command, ReadOnlySpan<byte> data, PayloadLength expected)
    {
        if (troubleLeft <= TimeSpan.Zero)
        {
            throw new IOException("The bridge has failed so often that it is left alone until the next tick.");
        }

        var begun = time.GetTimestamp();
        try
        {
            return Request(page, command, data, expected);
        }
        catch (IOException)
        {
            troubleLeft -= time.GetElapsedTime(begun);
            throw;
        }
    }

    private ReadOnlySpan<byte> Request(BridgePage page, byte command, ReadOnlySpan<byte> data, PayloadLength expected)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, RequestMax - RequestHeaderLength, nameof(data));
        var deadline = time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);
        var id = NextId();
        FallSilent(deadline);

        // Until the answer is whole, anything still to come belongs to this failure.
        outOfStep = true;
        asked[id] = expected;
        wire.Send(Encode(stackalloc byte[RequestHeaderLength + data.Length], id, page, command, data));
        return Await(id, deadline);
    }

    private static ReadOnlySpan<byte> Encode(
        Span<byte> request, byte id, BridgePage page, byte command, ReadOnlySpan<byte> data)
    {
        //  0       2    3     4      5         6
        // | length | id | bus | page | command | data … |
        BinaryPrimitives.WriteUInt16LittleEndian(request, (ushort)request.Length);
        request[2] = id;
        request[3] = OnlyBus;
        request[4] = (byte)page;
        request[5] = command;
        data.CopyTo(request[RequestHeaderLength..]);
        return request;
    }

    private byte NextId()
    {
        lastId = lastId + 1 < ParseErrorId ? (byte)(lastId + 1) : (byte)0;
        return lastId;
    }

    /// <summary>Drops what belongs to earlier requests: at once, or after a failure once nothing more comes.</summary>
    private void FallSilent(long deadline)
    {
        while (wire.Receive(received, outOfStep ? Silence : TimeSpan.Zero) > 0)
        {
            if (time.GetTimestamp() >= deadline)
            {
                throw new IOException("The bridge does not stop sending. Unplug it and plug it in again.");
            }
        }
    }

    private ReadOnlySpan<byte> Await(byte id, long deadline)
    {
        var count = 0;
        while (true)
        {
            var left = Left(deadline);
            var more = left > TimeSpan.Zero ? wire.Receive(received.AsSpan(count), left) : 0;
            count += more;

            // Nothing came: only at the deadline is that silence, before it a signal may have cut the wait short.
            var silent = more == 0 && Left(deadline) <= TimeSpan.Zero;
            while (Next(received.AsSpan(0, count), silent) is { Kind: not ReplyKind.Incomplete } reply)
            {
                if (received[2] == id || received[2] == ParseErrorId)
                {
                    outOfStep = count > reply.Length;
                    return Payload(reply);
                }

                // The late answer to an earlier request.
                received.AsSpan(reply.Length, count - reply.Length).CopyTo(received);
                count -= reply.Length;
            }

            if (left <= TimeSpan.Zero)
            {
                throw new IOException(
                    $"The bridge did not answer within {timeout.TotalMilliseconds:0} ms ({count} bytes came).");
            }
        }
    }

    private BridgeReply Next(ReadOnlySpan<byte> bytes, bool silent)
    {
        if (bytes.Length < BridgeReply.HeaderLength)
        {
            return default;
        }

        var reply = asked[bytes[2]] is { } expected
            ? BridgeReply.Read(Dialect, bytes, expected, silent)
            : new BridgeReply(ReplyKind.Garbled, 0, 0);
        return reply.Kind != ReplyKind.Garbled
            ? reply
            : throw new IOException($"The bridge sent {Convert.ToHexString(bytes)}, which answers nothing asked.");
    }

    private ReadOnlySpan<byte> Payload(BridgeReply reply)
    {
        var payload = received.AsSpan(reply.PayloadStart, reply.Length - reply.PayloadStart);
        return reply.Kind == ReplyKind.Success && received[2] != ParseErrorId
            ? payload
            : throw new IOException($"The bridge refused: {BridgeReply.Reason(payload)}.");
    }

    private TimeSpan Left(long deadline) =>
        TimeSpan.FromSeconds((deadline - time.GetTimestamp()) / (double)time.TimestampFrequency);
}
