using System.Runtime.Intrinsics;

namespace Drivers.Hashing.Bm13xx;

/// <summary>Carries out the steps of a model's setup, for a whole chain or for some chips of one.</summary>
internal sealed class Setup(ChainWire wire)
{
    /// <summary>Between two jobs of nothing, beyond the time that one is on the wire.</summary>
    private static readonly TimeSpan NullJobPace = TimeSpan.FromMilliseconds(1);

    private ChipModel Model => wire.Model;

    /// <summary>
    /// One step. Addresses and the baud rate are whoever's that calls: what comes of them has to be looked at.
    /// </summary>
    /// <param name="some">Null for all chips, who are told at once; else each of these is told.</param>
    public IEnumerable<Move> Run(SetupStep step, ChipRecord[]? some)
    {
        if (step.OnLongChainsOnly && !wire.Config.IsLong)
        {
            return [];
        }

        return step.Action switch
        {
            SetupAction.WriteAll when some is null => Broadcast(step),
            SetupAction.WriteAll or SetupAction.WriteEach => Each(step, some ?? wire.Chips),
            SetupAction.Versions => Tell(RegisterWrite.Of(VersionRolling.FromHeaderMask(wire.RolledMask)), some),
            SetupAction.Ticket => Tell(new(Model.TicketRegister, wire.Config.Ticket.ToBits()), some),
            SetupAction.DomainEnds => DomainEnds(some),
            SetupAction.Relays => Relays(some),
            SetupAction.NonceOffsets => NonceOffsets(some),
            SetupAction.OpenCores => OpenCores(some),
            _ => [],
        };
    }

    public IEnumerable<Move> DealAddresses(SetupStep step)
    {
        foreach (var chip in wire.Chips)
        {
            wire.Wrote(Model.Commands.SetAddress(chip.Address, wire.Room));
            yield return wire.Paced(SetupStep.ChipPace);
        }

        yield return new(step.Pause);
    }

    public Move Inactive(SetupStep step)
    {
        wire.Wrote(Model.Commands.ChainInactive(wire.Room));
        return new(step.Pause);
    }

    private IEnumerable<Move> Broadcast(SetupStep step)
    {
        foreach (var write in step.Writes)
        {
            yield return wire.Broadcast(write, step.Pause);
        }
    }

    private IEnumerable<Move> Each(SetupStep step, ChipRecord[] chips)
    {
        var pause = step.Action == SetupAction.WriteEach ? step.Pause : SetupStep.ChipPace;
        foreach (var chip in chips.Where(chip => chip.IsPresent))
        {
            foreach (var write in step.Writes)
            {
                wire.ToOne(chip, write);
            }

            yield return wire.Paced(pause);
        }
    }

    private IEnumerable<Move> Tell(RegisterWrite write, ChipRecord[]? some) =>
        Run(new(SetupAction.WriteAll, [write], SetupStep.Pace), some);

    private IEnumerable<Move> DomainEnds(ChipRecord[]? some)
    {
        if (Model.DomainEnd is not { } drive || !wire.Config.HasDomains)
        {
            yield break;
        }

        for (var domain = 0; domain < wire.Config.Domains; domain++)
        {
            var (_, last) = EndsOf(domain);
            if (some?.Contains(last) != false)
            {
                wire.ToOne(last, RegisterWrite.Of(drive));
                yield return wire.Paced(SetupStep.ChipPace);
            }
        }
    }

    /// <summary>The far domain first, as the factory does it.</summary>
    private IEnumerable<Move> Relays(ChipRecord[]? some)
    {
        for (var domain = wire.Config.Domains - 1; domain >= 0 && wire.Config.NeedsRelays; domain--)
        {
            var (first, last) = EndsOf(domain);
            foreach (var chip in (ChipRecord[])[first, last])
            {
                if (some?.Contains(chip) != false)
                {
                    wire.ToOne(chip, RegisterWrite.Of(RelayOf(domain)));
                    yield return wire.Paced(SetupStep.ChipPace);
                }
            }
        }
    }

    /// <summary>S21 Pro: 0x4F nearest the host to 0x13 at the far end, of 13 domains of 5.</summary>
    private UartRelay RelayOf(int domain) =>
        new((ushort)(wire.Config.ChipsPerDomain * (wire.Config.Domains - domain) + UartRelay.GapOfOne));

    private (ChipRecord First, ChipRecord Last) EndsOf(int domain)
    {
        var first = domain * wire.Config.ChipsPerDomain;
        var last = Math.Min(first + wire.Config.ChipsPerDomain, wire.Chips.Length) - 1;
        return (wire.Chips[first], wire.Chips[last]);
    }

    /// <summary>Stock firmware sends a job before it moves the chips apart; this one has nothing in it.</summary>
    private IEnumerable<Move> NonceOffsets(ChipRecord[]? some)
    {
        if (wire.Chips.Length == 1)
        {
            yield break;
        }

        if (some is null)
        {
            wire.HadEmptyJob = true;
            wire.Wrote(JobFrame.Write(Model.JobIdByte(AnswerFilter.EmptySlot), default, wire.Room));
            yield return wire.Paced(SetupStep.Pace);
        }

        foreach (var chip in (some ?? wire.Chips).Where(chip => chip.IsPresent))
        {
            wire.ToOne(chip, RegisterWrite.Of(ChipNonceOffset.OfAddress(chip.Address)));
            yield return wire.Paced(SetupStep.ChipPace);
        }
    }

    /// <summary>
    /// A BM1387's cores wake with a job each; what they find of it is known and worth nothing, and the gate keeps it
    /// back.
    /// </summary>
    private IEnumerable<Move> OpenCores(ChipRecord[]? some)
    {
        var misc = new Bm1387Control(FastUart.DividerFor(wire.Baud), GateBlock: true);
        foreach (var move in Tell(RegisterWrite.Of(misc), some))
        {
            yield return move;
        }

        wire.HadEmptyJob = true;
        for (var core = 0; core < Model.Cores; core++)
        {
            wire.Wrote(WriteNullJob(Model.JobIdByte(core % Model.Slots)));
            yield return wire.Paced(NullJobPace);
        }

        foreach (var move in Tell(RegisterWrite.Of(misc with { GateBlock = false }), some))
        {
            yield return move;
        }
    }

    private int WriteNullJob(byte id)
    {
        Span<byte> tail = stackalloc byte[12];
        tail.Fill(0xFF);
        Span<Midstate> midstates = stackalloc Midstate[MidstateFrame.CountMax];
        midstates.Fill(new(Vector128<uint>.Zero, Vector128<uint>.Zero));
        return MidstateFrame.Write(Model.Commands, id, tail, midstates, wire.Room);
    }
}
