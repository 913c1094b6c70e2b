using System.Buffers.Binary;
using Firmware.Mining;
using Firmware.Pool;
using Firmware.StratumV2;
using Firmware.StratumV2.Noise;

namespace Fuzz.Targets;

/// <summary>
/// One session and the pool at the other end of its wire, in memory and in simulated time. The pool opens all that the
/// client sends; a frame that a pool could not read is a finding.
/// </summary>
internal sealed class ClientStory : IWire, IDisposable
{
    /// <summary>More ticks without time passing are a thread that never sleeps.</summary>
    private const int TicksAtOnceMax = 16;

    /// <summary>So many ticks in a story, however long it passes: 6000 s pass in a second or so.</summary>
    private const int TicksMax = 4000;

    /// <summary>Room for so many bytes means that the wire is broken.</summary>
    private const int BrokenRoom = ushort.MaxValue - 1;

    private const int Slots = 2;

    /// <summary>One manner in forty: a handshake takes as long as the rest of some twenty stories.</summary>
    private const int ShakesHandsFrom = 250;

    private static readonly double[] HashRates = [1.07e12, 0.6e12, 234e12];

    /// <summary>Witness version 0 of a key hash of ones.</summary>
    private static readonly byte[] PayoutScript = [0x00, 0x14, .. Enumerable.Repeat((byte)0x11, 20)];

    private readonly FrameSealer sealer;
    private readonly FrameOpener opener;
    private readonly NoiseSession? there;
    private readonly PoolSession session;
    private readonly SessionTerms terms;
    private readonly WorkTable[] tables;
    private readonly int[] slots;
    private TimeSpan now = TimeSpan.FromHours(1);
    private TimeSpan deadline;
    private int room = int.MaxValue;
    private bool isBroken;
    private byte[]? act1;
    private uint nonce;
    private int ticks;

    /// <param name="manner">
    /// How the client is configured: chains, kind of channel, dialect, worker, payout; and from
    /// <see cref="ShakesHandsFrom"/> on a sealed connection begins with its handshake.
    /// </param>
    public ClientStory(bool encrypted, byte manner)
    {
        var chains = 1 + manner % 3;
        var address = PoolAddress.Parse(encrypted
            ? $"stratum2+tcp://pool.example:3333/{NoiseParties.Accepted[0]}"
            : "stratum2+tcp+insecure://pool.example:3333");
        slots = new int[chains];
        tables = [.. Enumerable.Range(0, chains).Select(_ => new WorkTable(Slots))];
        var shakesHands = encrypted && manner >= ShakesHandsFrom;
        act1 = shakesHands ? [] : null;
        there = encrypted && !shakesHands ? NoiseParties.PoolEnd() : null;
        opener = new FrameOpener(there?.Receiving, Receiver.Server);
        sealer = new FrameSealer(there?.Sending);
        terms = new SessionTerms(address, "account.worker", "board", "sv2fw", HashRates[..chains])
        {
            Channel = (ChannelChoice)(manner / 3 % 3),
            Profile = PoolProfile.All[manner / 9 % PoolProfile.All.Length],
            Worker = manner / 27 % 2 == 0 ? "" : "worker",
            PayoutScript = manner / 54 % 2 == 0 ? default : PayoutScript,
        };
        session = new PoolSession(
            terms, this, new ShareTotals(), now, retryFlags: null, there is null ? null : NoiseParties.ClientEnd());
        deadline = session.Tick(now).Deadline;
        if (shakesHands)
        {
            using var pool = NoiseParties.Pool(NoiseParties.Honest);
            var act2 = new byte[NoiseResponder.Act2Size];
            there = pool.ReceiveAct1(act1, act2);
            act1 = null;
            opener = new FrameOpener(there.Receiving, Receiver.Server);
            sealer = new FrameSealer(there.Sending);
            Receive(act2);
        }
    }

    public bool IsOver { get; private set; }

    /// <summary>Submissions that reached the pool.</summary>
    public int SharesArrived { get; private set; }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (isBroken)
        {
            return -1;
        }

        var taken = Math.Min(room, bytes.Length);
        room -= room == int.MaxValue ? 0 : taken;
        if (act1 is not null)
        {
            act1 = [.. act1, .. bytes];
        }
        else
        {
            Arrive(bytes[..taken]);
        }

        return taken;
    }

    public void CallForAttention()
    {
        // The story looks after every act anyway.
    }

    public void Play(ActKind kind, ReadOnlySpan<byte> body)
    {
        switch (kind)
        {
            case ActKind.Frame:
                PlayFrame(body);
                break;
            case ActKind.Raw:
                Receive(body);
                break;
            case ActKind.Pass:
                Pass(TimeSpan.FromSeconds(Number(body) / 10.0));
                break;
            case ActKind.Shares:
                Submit(body.IsEmpty ? 1 : body[0]);
                break;
            case ActKind.Room:
                isBroken |= Number(body) == BrokenRoom;
                room = Number(body) == ushort.MaxValue ? int.MaxValue : Number(body);
                session.Flush(now);
                break;
            case ActKind.HangUp:
                Note(session.Lost("The pool closed the connection.", now));
                break;
            default:
                session.SayGoodbye(now);
                break;
        }

        Check();
    }

    /// <summary>Five quiet minutes: whatever was begun comes to its end.</summary>
    public void Finish()
    {
        room = int.MaxValue;
        session.Flush(now);
        Pass(terms.SilenceMax + TimeSpan.FromSeconds(1));
        BrokenPromise.Unless(IsOver, "a pool that is silent for five minutes is left.");
    }

    public void Dispose()
    {
        session.Dispose();
        there?.Dispose();
    }

    private static int Number(ReadOnlySpan<byte> body) =>
        body.Length < 2 ? 1 : BinaryPrimitives.ReadUInt16LittleEndian(body);

    private void PlayFrame(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2)
        {
            return;
        }

        var plain = new byte[FrameHeader.Size + body.Length - 2];
        new FrameHeader((ushort)(body[0] & 0x7F), (body[0] & 0x80) != 0, body[1], body.Length - 2).Write(plain);
        body[2..].CopyTo(plain.AsSpan(FrameHeader.Size));
        var wire = new byte[FrameSealer.SealedLength(body.Length - 2)];
        Receive(wire.AsSpan(0, sealer.Seal(plain, wire)));
    }

    private void Receive(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsOver)
        {
            var free = session.Free;
            var count = Math.Min(free.Length, bytes.Length);
            bytes[..count].CopyTo(free);
            bytes = bytes[count..];
            Note(session.Received(count, NoiseParties.Clock, now));
        }
    }

    private void Pass(TimeSpan time)
    {
        var atOnce = 0;
        for (var end = now + time; now < end && !IsOver && ticks < TicksMax; ticks++)
        {
            atOnce = deadline > now ? 0 : atOnce + 1;
            BrokenPromise.Unless(atOnce < TicksAtOnceMax, "a deadline that was kept is not asked for again.");
            now = deadline > now ? (deadline < end ? deadline : end) : now;
            Note(session.Tick(now));
        }

        IsOver |= ticks >= TicksMax;
    }

    /// <summary>Of the newest work, and some of the work before it.</summary>
    private void Submit(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var chain = i % tables.Length;
            slots[chain] = tables[chain].TryNext(now, out var slot, out _) ? slot : slots[chain];
            var assignments = tables[chain].At(slots[chain]);
            if ((i % 5 == 4 ? assignments.Before : assignments.Newest) is { Job: { } job } assignment)
            {
                job.Sink.TrySubmit(ShareOf(job, assignment, isBlock: i % 50 == 49), now);
            }
        }
    }

    private Share ShareOf(Job job, in Assignment work, bool isBlock)
    {
        var header = work.Work.Header with { Nonce = nonce++ };
        return new(job.Id, header.Nonce, header.NTime, header.Version, isBlock)
        {
            Job = job,
            Header = header,
            Hash = job.Target,
            Extranonce = work.Extranonce,
        };
    }

    private void Note(SessionStep step)
    {
        BrokenPromise.Unless(step.Ended is null || step.Ended.Length > 0, "a session ends with a sentence.");
        BrokenPromise.Unless(
            step.Ended is null || !step.Ended.Any(char.IsControl), "no control character of a pool reaches people.");
        deadline = step.Deadline;
        IsOver |= step.Ended is not null;
        for (var i = 0; i < step.Chains.Length; i++)
        {
            if (step.Chains[i].StopOldWork)
            {
                tables[i].Retire();
            }

            if (step.Chains[i].Start is { } job)
            {
                tables[i].Take(job);
            }
        }
    }

    private void Check()
    {
        BrokenPromise.Unless(session.Difficulty is null or > 0, "a difficulty is above zero.");
        BrokenPromise.Unless(
            session.LastRejection?.Any(char.IsControl) != true && session.Notice?.Any(char.IsControl) != true,
            "no control character of a pool reaches people.");
        BrokenPromise.Unless(session.Pending is >= 0 and < 100_000, "shares without an answer are bounded.");
    }

    /// <summary>What the client sends, as a pool reads it.</summary>
    private void Arrive(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var free = opener.Free;
            var count = Math.Min(free.Length, bytes.Length);
            bytes[..count].CopyTo(free);
            opener.Received(count);
            bytes = bytes[count..];
            while (opener.TryOpen(out var frame))
            {
                FrameText.Describe(frame); // Throws where a field is malformed, and nobody catches it.
                var isShare = frame.CoreType is MessageType.SubmitSharesStandard or MessageType.SubmitSharesExtended;
                SharesArrived += isShare ? 1 : 0;
            }
        }
    }
}
