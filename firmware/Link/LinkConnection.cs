using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Drivers;

namespace Firmware.Link;

/// <summary>
/// One end of a stream of lines. Nothing here blocks or waits: its owner polls <see cref="Descriptor"/> and calls
/// <see cref="Receive"/> and <see cref="Flush"/>. Whatever the other end does wrong closes this connection, with the
/// reason kept, and harms nothing else.
/// </summary>
public sealed class LinkConnection : IDisposable
{
    /// <summary>What a reader may be behind before it is dropped: a slow reader never holds up its writer.</summary>
    public const int OutboxBytesMax = 4 * LinkLine.LengthMax;

    private const int SmallBuffer = 4096;

    private readonly ArrayBufferWriter<byte> text = new(SmallBuffer);
    private readonly Utf8JsonWriter writer;
    private byte[] inbox = new byte[SmallBuffer];
    private int received;
    private int taken;
    private byte[] outbox = new byte[SmallBuffer];
    private int waiting;
    private bool ended;

    internal LinkConnection(int descriptor)
    {
        Descriptor = descriptor;
        writer = new Utf8JsonWriter(text);
    }

    /// <summary>For poll(2); -1 once closed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Why the connection is closed, in one sentence, or null while it is open.</summary>
    public string? CloseReason { get; private set; }

    public bool IsOpen => CloseReason is null;

    /// <summary>What the other end tells of itself is not taken, and costs nothing.</summary>
    public bool SkipsStatus { get; init; }

    /// <summary>What the owner asks poll(2) for.</summary>
    public short Wanted => waiting > 0 ? (short)(Linux.PollIn | Linux.PollOut) : Linux.PollIn;

    /// <summary>
    /// Queues a line and gives the kernel what it takes. False where the connection is, or thereby got, closed.
    /// </summary>
    public bool Send(LinkLine line)
    {
        if (!IsOpen)
        {
            return false;
        }

        text.ResetWrittenCount();
        writer.Reset();
        JsonSerializer.Serialize(writer, line, LinkJson.Default.LinkLine);
        var bytes = text.WrittenSpan;
        if (bytes.Length >= LinkLine.LengthMax || waiting + bytes.Length + 1 > OutboxBytesMax)
        {
            var tooLong = bytes.Length >= LinkLine.LengthMax;
            Close(tooLong ? "A line to send is too long." : "The other end reads too slowly.");
            return false;
        }

        if (outbox.Length < waiting + bytes.Length + 1)
        {
            Array.Resize(ref outbox, Math.Max(2 * outbox.Length, waiting + bytes.Length + 1));
        }

        bytes.CopyTo(outbox.AsSpan(waiting));
        waiting += bytes.Length;
        outbox[waiting++] = (byte)'\n';
        Flush();
        return IsOpen;
    }

    /// <summary>The next whole line, oldest first. A line that is none closes the connection.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkLine? line)
    {
        line = null;
        if (!TryTakeText(out var bytes))
        {
            return false;
        }

        line = LinkText.Parse(bytes, out var trouble);
        if (line is null)
        {
            Close(trouble);
        }

        return line is not null;
    }

    /// <summary>Takes what the kernel has, while there is room. Lines come out of <see cref="TryTake"/>.</summary>
    public void Receive()
    {
        while (IsOpen && !ended && MakeRoom())
        {
            var count = UnixSocket.Receive(Descriptor, inbox.AsSpan(received));
            if (count > 0)
            {
                received += (int)count;
                continue;
            }

            if (count < 0 && Marshal.GetLastPInvokeError() is Linux.EAGAIN or Linux.EINTR)
            {
                return;
            }

            // Whole lines may still wait in the inbox: they are taken before the end is told.
            ended = true;
        }
    }

    /// <summary>Gives the kernel what waits, as far as it takes it.</summary>
    public void Flush()
    {
        var sent = 0;
        while (IsOpen && sent < waiting)
        {
            var count = UnixSocket.Send(Descriptor, outbox.AsSpan(sent, waiting - sent));
            if (count < 0)
            {
                if (Marshal.GetLastPInvokeError() is not (Linux.EAGAIN or Linux.EINTR))
                {
                    // Lines that came before the end are still to be read.
                    waiting = sent = 0;
                    Receive();
                    ended = true;
                }

                break;
            }

            sent += (int)count;
        }

        outbox.AsSpan(sent, waiting - sent).CopyTo(outbox);
        waiting -= sent;
    }

    public void Close(string reason)
    {
        if (IsOpen)
        {
            CloseReason = reason;
            _ = Linux.Close(Descriptor);
            Descriptor = -1;
            inbox = outbox = [];
            received = taken = waiting = 0;
        }
    }

    public void Dispose() => Close("Closed by this end.");

    private bool TryTakeText(out ReadOnlySpan<byte> line)
    {
        do
        {
            line = inbox.AsSpan(taken, received - taken);
            var length = line.IndexOf((byte)'\n');
            if (length < 0)
            {
                CloseWhereNothingCanFollow(line.Length);
                return false;
            }

            line = line[..length];
            taken += length + 1;
        }
        while (SkipsStatus && LinkText.IsStatus(line));

        return true;
    }

    private void CloseWhereNothingCanFollow(int unread)
    {
        if (unread >= LinkLine.LengthMax)
        {
            Close($"A line is longer than {LinkLine.LengthMax} bytes.");
        }
        else if (ended)
        {
            Close(unread == 0 ? "The other end closed." : "The other end closed in the middle of a line.");
        }
    }

    /// <summary>False while a full inbox waits to be taken: the kernel's buffer then holds up the sender.</summary>
    private bool MakeRoom()
    {
        if (received < inbox.Length)
        {
            return true;
        }

        inbox.AsSpan(taken, received - taken).CopyTo(inbox);
        received -= taken;
        taken = 0;
        if (received == inbox.Length && inbox.Length < LinkLine.LengthMax)
        {
            Array.Resize(ref inbox, 2 * inbox.Length);
        }

        return received < inbox.Length;
    }
}
