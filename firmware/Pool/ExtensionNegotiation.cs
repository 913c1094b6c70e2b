using System.Buffers.Binary;
using Firmware.StratumV2;
using Firmware.StratumV2.Messages;
using Firmware.StratumV2.Messages.Extensions;

namespace Firmware.Pool;

/// <summary>
/// Asks a pool for the one extension that we may want, and knows what came of it (SV2 reference §2.5). A pool that does
/// not know of extensions says nothing: it is not waited for long, and what it has not confirmed is not used.
/// </summary>
/// <param name="worker">The name to send with each share; empty: nothing is wanted, and nothing is asked.</param>
/// <param name="channels">Hear what was agreed upon.</param>
internal sealed class ExtensionNegotiation(ReadOnlyMemory<byte> worker, Uplink uplink, SessionChannels channels)
{
    /// <summary>For an answer, at least …</summary>
    public static readonly TimeSpan PatienceMin = TimeSpan.FromSeconds(1);

    /// <summary>… and otherwise so many times as long as the connection took up to here.</summary>
    private const int PatienceFactor = 2;

    private static readonly byte[] Wanted = Identifier();

    private TimeSpan askedAt;
    private ushort request;
    private bool isOpen;
    private bool isConfirmed;

    /// <summary>When an answer is not waited for any longer.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>True where something was asked: it comes before anything else after the setup's answer.</summary>
    /// <param name="connecting">How long connecting and setting up took.</param>
    public bool TryAsk(TimeSpan connecting, TimeSpan now)
    {
        if (worker.IsEmpty)
        {
            return false;
        }

        var patience = PatienceFactor * connecting;
        patience = patience < PatienceMin ? PatienceMin
            : patience > PoolSession.StageMax ? PoolSession.StageMax
            : patience;
        Ask(now);
        Deadline = now + patience;
        return true;
    }

    /// <summary>
    /// A channel's endpoint is another now, and knows nothing of what was agreed upon: nothing of it is used there.
    /// Asks again, not too often and without waiting. False where we have no such channel.
    /// </summary>
    public bool TryReset(ChannelEndpointChanged message, TimeSpan now)
    {
        if (!channels.TryForgetWorker(message.ChannelId))
        {
            return false;
        }

        if (isConfirmed && now - askedAt >= PoolSession.StageMax)
        {
            Ask(now);
        }

        return true;
    }

    /// <summary>Nobody answered in time; what is said later is not heard.</summary>
    public void GiveUp()
    {
        isOpen = false;
        Deadline = TimeSpan.MaxValue;
    }

    /// <summary>Takes a message of the negotiation; false where it answers nothing that we asked.</summary>
    /// <param name="leave">Why the session cannot go on, or null.</param>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public bool TryReceive(in Frame frame, out string? leave)
    {
        leave = null;
        var isAnswer = isOpen && frame.Type switch
        {
            0x01 => TryConfirm(frame.Read<RequestExtensionsSuccess>()),
            0x02 => TryRefuse(frame.Read<RequestExtensionsError>(), out leave),
            _ => false,
        };
        if (isAnswer)
        {
            GiveUp();
        }

        return isAnswer;
    }

    private void Ask(TimeSpan now)
    {
        request = unchecked((ushort)(request + 1)); // A pool may make us ask for days.
        isOpen = true;
        askedAt = now;
        uplink.Send(
            new RequestExtensions { RequestId = request, RequestedExtensions = new ItemSequence(Wanted, itemSize: 2) },
            now);
    }

    private bool TryConfirm(in RequestExtensionsSuccess message)
    {
        if (message.RequestId != request)
        {
            return false;
        }

        Use(Holds(message.SupportedExtensions, WorkerIdentity.ExtensionType));
        return true;
    }

    private bool TryRefuse(in RequestExtensionsError message, out string? leave)
    {
        leave = null;
        if (message.RequestId != request)
        {
            return false;
        }

        Use(false);
        leave = message.RequiredExtensions.Count == 0
            ? null
            : $"The pool requires extension {message.RequiredExtensions.U16(0)}, which we do not speak: use another.";
        return true;
    }

    private void Use(bool confirmed)
    {
        isConfirmed = confirmed;
        channels.NameWorker(confirmed ? worker : default);
    }

    private static bool Holds(ItemSequence extensions, ushort extension)
    {
        for (var i = 0; i < extensions.Count; i++)
        {
            if (extensions.U16(i) == extension)
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Identifier()
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, WorkerIdentity.ExtensionType);
        return bytes;
    }
}
