using Firmware.Link;
using Microsoft.Extensions.Logging;

namespace Firmware.Mining;

/// <summary>
/// The small thread between mine and guard: tells every 250 ms, and at once when it changes, what the boards want, and
/// hears what they are granted. A board whose thread hangs wants nothing: its lease ends.
/// </summary>
public sealed class GuardLink(string folder, Hub hub, ILogger log)
{
    /// <summary>Plan §1.</summary>
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>A report is made every 250 ms; a thread that missed four of them hangs.</summary>
    private static readonly TimeSpan ReportAgeMax = TimeSpan.FromSeconds(1);

    private long sequence;
    private bool connected;
    private volatile bool stopping;
    private Thread? thread;

    public void Start()
    {
        thread = new Thread(Run) { Name = "guard link", IsBackground = true };
        thread.Start();
    }

    /// <summary>Lets go of every lease and ends the thread; false where that takes too long.</summary>
    public bool Stop(TimeSpan patience)
    {
        stopping = true;
        hub.WantChanged.Set();
        return thread?.Join(patience) ?? true;
    }

    private void Run()
    {
        using var client = new LinkClient(LinkPaths.Guard(folder)) { SkipsStatus = true };
        var sent = new List<BoardWant>();
        var sendAt = TimeSpan.Zero;
        while (!stopping)
        {
            var now = Uptime.Now;
            client.Wait(sendAt > now ? sendAt - now : TimeSpan.Zero, now, hub.WantChanged.Descriptor);
            hub.WantChanged.Clear();
            now = Uptime.Now;
            Hear(client, now);
            var wants = Wants(now);
            if (now >= sendAt || Differs(sent, wants) || client.IsConnected != connected)
            {
                Tell(client.IsConnected, client.LastTrouble);
                client.Send(new LinkLine(Want: new WantMessage(++sequence, [.. wants])));
                sent = wants;
                sendAt = now + SendEvery;
            }
        }

        client.Send(new LinkLine(Want: new WantMessage(++sequence, [])));
    }

    private void Hear(LinkClient client, TimeSpan now)
    {
        while (client.TryNext(out var line))
        {
            if (line.Grant is { } grant && hub.Grants.Receive(grant, now))
            {
                foreach (var chain in hub.Chains)
                {
                    chain.Nudge();
                }
            }
        }
    }

    private List<BoardWant> Wants(TimeSpan now)
    {
        var wants = new List<BoardWant>(hub.Chains.Count);
        foreach (var chain in hub.Chains)
        {
            var report = chain.Report;
            if (report.Orders.Lease && now - report.At < ReportAgeMax)
            {
                wants.Add(new(
                    chain.Board, report.Orders.Reset, report.Status.Clock.Value, report.ResultsPerSecond, []));
            }
        }

        return wants;
    }

    private static bool Differs(List<BoardWant> one, List<BoardWant> other)
    {
        var same = one.Count == other.Count;
        for (var i = 0; same && i < one.Count; i++)
        {
            same = one[i].Board == other[i].Board && one[i].Reset == other[i].Reset;
        }

        return !same;
    }

    private void Tell(bool isConnected, string? trouble)
    {
        if (isConnected != connected)
        {
            connected = isConnected;
            log.GuardChanged(isConnected ? "connected" : $"lost: {trouble}");
        }
    }
}
