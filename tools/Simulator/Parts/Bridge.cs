using System.Buffers.Binary;

namespace Simulator.Parts;

/// <summary>How a USB bridge frames its answers.</summary>
public enum BridgeFraming : byte
{
    /// <summary>bitaxe-raw: the length counts the data alone, but in errors the whole.</summary>
    V0,

    /// <summary>RHAP-D and newer EmberOne: the length counts the whole, and a status byte follows the id.</summary>
    V1,

    /// <summary>The length counts the whole; errors are payloads of one byte.</summary>
    Bonanza,
}

/// <summary>What the bridge's pins and wires reach.</summary>
internal interface IBridgedBoard
{
    /// <summary>False without an acknowledge.</summary>
    bool Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read);

    /// <summary>True while the I2C bus hangs.</summary>
    bool BusHangs { get; }

    /// <summary>False where the bridge has no such fan output.</summary>
    bool TrySetFan(int channel, double duty);

    /// <summary>False where the firmware knows no such pin.</summary>
    bool TryReadPin(int pin, out bool level);

    /// <summary>False where the firmware knows no such pin, or it is an input.</summary>
    bool TryWritePin(int pin, bool level);

    /// <summary>The part of its full scale that an analogue input shows; null where there is no such input.</summary>
    double? ReadAnalogue(int input);
}

/// <summary>An answer, and the time that the I2C wires took for it.</summary>
internal readonly record struct BridgeAnswer(byte[] Frame, TimeSpan Takes);

/// <summary>The control port of a bitaxe-raw bridge: requests in, answers out, one after the other.</summary>
internal sealed class Bridge(BridgeFraming framing, TimeSpan requestGap, IBridgedBoard board)
{
    private const int HeaderSize = 6;
    private const int LongestAnswer = 256;
    private const byte UnknownId = 0xFF;

    private const byte Timeout = 0x10;
    private const byte Invalid = 0x11;
    private const byte Overflow = 0x12;
    private const byte Text = 0xFF;
    private static readonly TimeSpan BusTimeout = TimeSpan.FromMilliseconds(20);

    private readonly List<byte> received = [];
    private TimeSpan lastByteAt;
    private double i2cHertz = 100_000;

    /// <summary>The firmware has crashed, as V0 does on a length that cannot be; only replugging helps.</summary>
    public bool Crashed { get; private set; }

    /// <summary>Requests that were none: wrong length, page, command, or cut by a pause.</summary>
    public int BadRequests { get; private set; }

    /// <summary>The colour that the LED was last set to, red first.</summary>
    public (byte Red, byte Green, byte Blue) Led { get; private set; }

    /// <summary>Takes bytes as they arrive; every whole request among them is done and answered.</summary>
    public void Receive(ReadOnlySpan<byte> bytes, TimeSpan now, List<BridgeAnswer> answers)
    {
        if (received.Count > 0 && now - lastByteAt > requestGap)
        {
            received.Clear();
            BadRequests++;
        }

        lastByteAt = now;
        received.AddRange(bytes);
        while (!Crashed && received.Count >= 2 && Length is var length && received.Count >= Math.Max(length, 5))
        {
            if (length < 5)
            {
                BadRequests++;
                Crashed = framing == BridgeFraming.V0;
                received.Clear();
                answers.Add(Fault(UnknownId, Invalid, ""));
                break;
            }

            var request = received.Take(length).ToArray();
            received.RemoveRange(0, length);
            answers.Add(Do(request));
        }
    }

    /// <summary>The cable went out and in: the firmware starts anew, and its pins keep their levels.</summary>
    public void Replug()
    {
        received.Clear();
        Crashed = false;
    }

    private int Length => received[0] | received[1] << 8;

    //  0-1 length · 2 id · 3 bus · 4 page · 5 command · 6… data
    private BridgeAnswer Do(ReadOnlySpan<byte> request)
    {
        var id = request[2];
        var answer = request.Length < HeaderSize
            ? null
            : (request[4], request[5]) switch
            {
                (0x05, _) => DoI2c(id, request[5], request[HeaderSize..]),
                (0x06, _) => DoPin(id, request[5], request[HeaderSize..]),
                (0x07, var input) when board.ReadAnalogue(input) is { } part => Success(id, Sample(part)),
                (0x09, >= 0x10 and <= 0x14) when request.Length == HeaderSize + 1 && request[HeaderSize] <= 100 =>
                    DoFan(id, request[5] - 0x10, request[HeaderSize]),
                (0x08, 0x10) when request.Length == HeaderSize + 3 => DoLed(id, request[HeaderSize..]),
                _ => (BridgeAnswer?)null,
            };
        if (answer is { } done)
        {
            return done;
        }

        BadRequests++;
        return Fault(UnknownId, Invalid, "");
    }

    private BridgeAnswer? DoI2c(byte id, byte command, ReadOnlySpan<byte> data)
    {
        switch (command)
        {
            case 0x10 when data.Length == 4:
                i2cHertz = Math.Max(BinaryPrimitives.ReadUInt32LittleEndian(data), 1000);
                return Success(id, data);
            case 0x20 when data.Length >= 1:
                return Transfer(id, data[0], data[1..], 0, [(byte)(data.Length - 1 & 0xFF)], "write");
            case 0x30 when data.Length == 2:
                return Transfer(id, data[0], [], data[1], null, "read");
            case 0x40 when data.Length >= 2:
                return Transfer(id, data[0], data[1..^1], data[^1], null, "write-read");
            default:
                return null;
        }
    }

    private BridgeAnswer Transfer(
        byte id, byte address, ReadOnlySpan<byte> write, int readCount, byte[]? answer, string what)
    {
        if (write.Length > LongestAnswer || readCount > LongestAnswer)
        {
            return Fault(id, Overflow, "");
        }

        if (board.BusHangs)
        {
            return Fault(id, Timeout, "") with { Takes = BusTimeout };
        }

        var read = new byte[readCount];
        var wire = TimeSpan.FromSeconds(9 * (write.Length + readCount + 2) / i2cHertz);
        var acknowledged = board.Transfer(address, write, read);
        var done = acknowledged ? Success(id, answer ?? read) : Fault(id, Text, $"no acknowledge ({what})");
        return done with { Takes = wire };
    }

    private BridgeAnswer? DoPin(byte id, byte pin, ReadOnlySpan<byte> data)
    {
        return data.Length > 1
            || (data.Length == 1 && !board.TryWritePin(pin, data[0] != 0))
            || !board.TryReadPin(pin, out var level)
                ? null
                : Success(id, [level ? (byte)1 : (byte)0]);
    }

    private BridgeAnswer? DoFan(byte id, int channel, byte percent) =>
        board.TrySetFan(channel, percent / 100.0) ? Success(id, [0x00]) : null;

    private BridgeAnswer? DoLed(byte id, ReadOnlySpan<byte> colour)
    {
        Led = (colour[0], colour[1], colour[2]);
        return Success(id, []);
    }

    /// <summary>12 bits.</summary>
    private static byte[] Sample(double part)
    {
        var sample = (int)Math.Clamp(part * 4095, 0, 4095);
        return [(byte)(sample & 0xFF), (byte)(sample >> 8)];
    }

    private BridgeAnswer Success(byte id, ReadOnlySpan<byte> data)
    {
        byte[] head = framing switch
        {
            BridgeFraming.V0 => [.. Size(data.Length), id],
            BridgeFraming.V1 => [.. Size(data.Length + 4), id, 0x00],
            _ => [.. Size(data.Length + 3), id],
        };
        return new([.. head, .. data], TimeSpan.Zero);
    }

    /// <summary>The trap of V0: the length of an error counts itself and the id, which a success does not.</summary>
    private static BridgeAnswer Fault(byte id, byte code, string text)
    {
        byte[] payload = [code, .. System.Text.Encoding.ASCII.GetBytes(text)];
        return new([.. Size(payload.Length + 3), id, .. payload], TimeSpan.Zero);
    }

    private static byte[] Size(int length) => [(byte)(length & 0xFF), (byte)(length >> 8)];
}
