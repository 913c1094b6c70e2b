namespace Simulator.Parts;

/// <summary>
/// Bitmain APW12 power supply at its serial port on I2C, with what it gives. Frames, times and the table of volts are
/// those reported of one APW121215; whether its watchdog really drops the rail nobody knows: here it does.
/// </summary>
/// <param name="type">The unit's hardware type.</param>
internal sealed class Apw12Unit(byte type) : I2cPart
{
    private const byte Port = 0x11;
    private const byte Filler = 0xF5;
    private const double DefaultVolts = 15.2;
    private const double DischargeSeconds = 0.3;
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(450);
    private static readonly TimeSpan WatchdogTime = TimeSpan.FromSeconds(60);

    private readonly List<byte> request = [];
    private readonly Queue<byte> answer = [];
    private TimeSpan now;
    private TimeSpan readyAt;
    private TimeSpan fedAt;
    private bool watched;
    private bool expired;
    private int? setting;

    /// <summary>The enable wire asks for power.</summary>
    public bool Enabled { get; set; }

    /// <summary>The cable of the port is out.</summary>
    public bool Silent { get; set; }

    public double Volts { get; private set; }

    /// <summary>The most it has ever given.</summary>
    public double HighestVolts { get; private set; }

    /// <summary>Requests whose sum was wrong, or that were none.</summary>
    public int BadRequests { get; private set; }

    public void Advance(TimeSpan elapsed)
    {
        now += elapsed;
        expired = Enabled && (expired || (watched && now - fedAt >= WatchdogTime));
        var wanted = setting is { } n ? 15.10836 - 0.0130459 * n : DefaultVolts;
        Volts = Enabled && !expired ? wanted : Volts * Math.Exp(-elapsed.TotalSeconds / DischargeSeconds);
        HighestVolts = Math.Max(HighestVolts, Volts);
    }

    public override bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Silent || write.Length == 0 || write[0] != Port || write.Length > 2)
        {
            return false;
        }

        if (write.Length == 2)
        {
            Take(write[1]);
        }

        for (var i = 0; i < read.Length; i++)
        {
            read[i] = now >= readyAt && answer.TryDequeue(out var next) ? next : Filler;
        }

        return true;
    }

    private void Take(byte value)
    {
        request.Add(value);
        if (request[0] != 0x55 || (request.Count > 1 && request[1] != 0xAA))
        {
            request.Clear();
            BadRequests++;
        }
        else if (request.Count > 2 && request.Count >= request[2] + 2)
        {
            Obey([.. request]);
            request.Clear();
        }
    }

    private void Obey(byte[] frame)
    {
        var sum = 0;
        for (var i = 2; i < frame.Length - 2; i++)
        {
            sum += frame[i];
        }

        if (frame[2] < 4 || sum != (frame[^2] | frame[^1] << 8))
        {
            BadRequests++;
            return;
        }

        var word = frame[2] == 6 ? frame[4] | frame[5] << 8 : 0;
        Answer(frame[3], frame[3] switch
        {
            0x01 => 0x17,
            0x02 => type,
            0x03 => setting ?? 0,
            0x04 => (int)Math.Max(Math.Round(Volts * 63.017 - 0.8615), 0),
            0x0A => Feed(),
            0x81 => Watch(word != 0),
            0x83 => (setting = word & 0xFF).Value,
            _ => 0,
        });
    }

    private int Feed()
    {
        fedAt = now;
        return 0;
    }

    private int Watch(bool on)
    {
        watched = on;
        return Feed();
    }

    private void Answer(byte command, int word)
    {
        byte[] body = [6, command, (byte)(word & 0xFF), (byte)(word >> 8)];
        var sum = body[0] + body[1] + body[2] + body[3];
        answer.Clear();
        byte[] frame = [0x55, 0xAA, .. body, (byte)(sum & 0xFF), (byte)(sum >> 8)];
        Array.ForEach(frame, answer.Enqueue);
        readyAt = now + Thinking;
    }
}
