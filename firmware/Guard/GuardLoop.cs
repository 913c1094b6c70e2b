using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Guard;

/// <summary>
/// The thread of guard: ticks on absolute deadlines, grants twice as often, and between them it waits on the link, so
/// that a lease that ends is acted on at once. No thread pool, no await: nothing stands between a hot sensor and the
/// rail but this.
/// </summary>
public sealed class GuardLoop
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan GrantPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A tick that is done by then still counts as a sign of life: on a host whose kernel is slow to hand on what the
    /// bus has answered, being killed for it would cost the work and cool nothing.
    /// </summary>
    public static readonly TimeSpan TickMax = 2 * Period;

    /// <summary>What all boards together may lose on their buses in one tick.</summary>
    public static readonly TimeSpan BusBudget = TimeSpan.FromMilliseconds(200);

    private readonly BoardSlot[] boards;
    private readonly LinkServer link;
    private readonly Watchdog watchdog;
    private readonly Func<TimeSpan> clock;
    private readonly ILogger log;
    private TimeSpan nextTick;
    private TimeSpan nextGrant;
    private long sequence;

    /// <param name="clock">Time since start; it never runs backwards.</param>
    internal GuardLoop(BoardSlot[] boards, LinkServer link, Watchdog watchdog, Func<TimeSpan> clock, ILogger log)
    {
        this.boards = boards;
        this.link = link;
        this.watchdog = watchdog;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Shown as it is.</summary>
    public string? Walls { get; init; }

    /// <summary>The machine's watchdog, where one is fed.</summary>
    public MachineWatchdog? Machine { get; init; }

    /// <summary>Until <paramref name="stop"/>. Whoever calls makes the boards safe then, however this ends.</summary>
    public void Run(CancellationToken stop)
    {
        using var wake = new Wake();
        using var registration = stop.Register(wake.Set);
        nextTick = nextGrant = clock();
        while (!stop.IsCancellationRequested)
        {
            Round(wake.Descriptor);
        }

        watchdog.Stopping();
    }

    /// <summary>Whatever is due, and then a wait for the next thing to be.</summary>
    private void Round(int wake)
    {
        if (clock() >= nextTick)
        {
            TickAll();
        }

        foreach (var board in boards)
        {
            var now = clock();
            if (board.Due <= now)
            {
                board.Advance(now);
            }
        }

        Tell(clock());
        var until = boards.Min(board => board.Due);
        until = until < nextTick ? until : nextTick;
        until = until < nextGrant ? until : nextGrant;
        link.Wait(until - clock(), wake);
        Hear(clock());
    }

    private void TickAll()
    {
        foreach (var board in boards)
        {
            board.Tick(clock());
        }

        // A sign of life is one of work done in time; a loop that only turns gives none.
        var done = clock();
        if (done < nextTick + TickMax)
        {
            watchdog.Alive();
            Machine?.Feed();
        }

        if (done >= nextTick + Period)
        {
            log.LateTick((done - nextTick).TotalMilliseconds, Period.TotalMilliseconds);
        }

        // What was missed is not caught up with: two ticks in a row read the same temperature twice.
        while (nextTick <= done)
        {
            nextTick += Period;
        }

        link.SendToAll(new(Guard: new(done.TotalSeconds, Array.ConvertAll(boards, board => board.Status))
        {
            Walls = Walls,
            MachineWatchdog = Machine?.ToString() ?? "none",
        }));
    }

    /// <summary>Grants every 250 ms, and at once where one has changed.</summary>
    private void Tell(TimeSpan now)
    {
        if (now < nextGrant && !Array.Exists(boards, board => board.GrantHasChanged))
        {
            return;
        }

        sequence++;
        link.SendToAll(new(Grant: new(sequence, Array.ConvertAll(boards, board => board.TakeGrant()))));
        while (nextGrant <= now)
        {
            nextGrant += GrantPeriod;
        }
    }

    private void Clear(ClearMessage clear, LinkConnection from, TimeSpan now)
    {
        var meant = Array.FindAll(boards, board => clear.Board is null || clear.Board == board.Key);
        foreach (var board in meant)
        {
            board.Clear(now);
        }

        from.Send(new(Cleared: new(Array.ConvertAll(meant, board => board.Key))));
    }

    private void Hear(TimeSpan now)
    {
        while (link.TryNext(out var happened))
        {
            if (happened.Line?.Clear is { } clear)
            {
                Clear(clear, happened.Connection, now);
                continue;
            }

            if (happened.Line?.Ask is { } ask)
            {
                happened.Connection.Send(new(Answer: Answer(ask)));
                continue;
            }

            foreach (var board in boards)
            {
                if (happened.Line is null)
                {
                    board.Close(happened.Connection, now);
                }
                else if (happened.Line.Want is { } want)
                {
                    board.Receive(happened.Connection, Array.Find(want.Boards, one => one.Board == board.Key), now);
                }
            }
        }
    }

    private SettingAnswer Answer(SettingAsk ask)
    {
        var answer = Array.Find(boards, board => board.Key == ask.Board)?.Ask(ask) ?? new SettingAnswer(
            ask.Sequence,
            ask.Board,
            Accepted: false,
            $"There is no board of that name; there are: {string.Join(", ", boards.Select(board => board.Key))}.");
        log.Asked(ask.Board, ask.Key, ask.Value ?? "the board's own", answer.Accepted ? "accepted" : answer.Reason);
        return answer;
    }
}
