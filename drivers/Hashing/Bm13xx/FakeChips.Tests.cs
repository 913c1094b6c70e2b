using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// The far end of the wire as far as a bring-up needs it: chips that listen at one baud rate, change it when told, and
/// answer to CHIP_ID. Everything else they hear is only written down.
/// </summary>
internal sealed class FakeChips
{
    private const int AfterReset = 115_741;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);

    private int hostBaud = 9600;

    public int Chips { get; set; } = 1;

    public ushort Model { get; set; } = 0x1370;

    public int Baud { get; set; } = AfterReset;

    /// <summary>Above it the wire carries nothing in either direction.</summary>
    public int WireBaudMax { get; set; } = int.MaxValue;

    public bool IgnoresBaud { get; set; }

    /// <summary>How many reads of CHIP_ID go unanswered.</summary>
    public int Deaf { get; set; }

    /// <summary>Every frame the host sent, whether or not a chip could hear it.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>Steps the chain through simulated time and answers it. Returns when it ended.</summary>
    public TimeSpan Run(Bm13xxChain chain, TimeSpan now, TimeSpan until, Func<bool>? enough = null)
    {
        var answers = new List<byte>();
        while (now < until && enough?.Invoke() != true)
        {
            var step = chain.Step(now);
            Take(step.Send, answers);
            hostBaud = step.Baud ?? hostBaud;

            ReadOnlySpan<byte> received = answers.ToArray();
            now = received.IsEmpty && step.Deadline > now ? step.Deadline : now + Latency;
            Assert.False(chain.Receive(ref received, now, out _));
            answers.Clear();
        }

        return now;
    }

    private void Take(ReadOnlySpan<byte> sent, List<byte> answers)
    {
        while (!sent.IsEmpty)
        {
            var frame = sent[..(sent[3] + 2)];
            sent = sent[frame.Length..];
            Heard.Add(Convert.ToHexString(frame));
            if (Math.Abs(hostBaud - Baud) < Baud * 0.03 && hostBaud <= WireBaudMax)
            {
                Obey(frame, answers);
            }
        }
    }

    private void Obey(ReadOnlySpan<byte> frame, List<byte> answers)
    {
        if (frame is [0x55, 0xAA, 0x52, 0x05, 0x00, 0x00, 0x0A])
        {
            for (var chip = 0; chip < Chips && Deaf == 0; chip++)
            {
                answers.AddRange(Id());
            }

            Deaf = Math.Max(Deaf - 1, 0);
        }
        else if (frame is [0x55, 0xAA, 0x51, 0x09, 0x00, 0x28, ..] && !IgnoresBaud)
        {
            Baud = 25_000_000 / (8 * (frame[8] + 1));
        }
    }

    private byte[] Id()
    {
        var body = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(body, Model);
        for (byte last = 0; last < 0x20; last++)
        {
            if (Crc.Crc5([.. body, last]) == 0)
            {
                return [0xAA, 0x55, .. body, last];
            }
        }

        throw new InvalidOperationException("No last byte fits.");
    }
}
