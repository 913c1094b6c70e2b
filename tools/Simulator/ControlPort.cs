using Simulator.Parts;

namespace Simulator;

/// <summary>The bridge's first port: requests for its pins and for the parts on the I2C bus.</summary>
internal sealed class ControlPort : PortThread
{
    private readonly Bridge bridge;
    private readonly TimeSpan latency;
    private readonly byte[] buffer = new byte[4096];
    private readonly List<BridgeAnswer> answers = [];
    private readonly Queue<(TimeSpan Due, byte[] Frame)> leaving = new();
    private TimeSpan busFree;

    public ControlPort(string link, BoardPlan plan, SimulationOptions options, IBridgedBoard board, Faults faults)
        : base(link, faults, goesFirst: true)
    {
        bridge = new Bridge(plan.Framing, options.RequestGap, board);
        latency = options.BridgeLatency;
        Begin();
    }

    public int BadRequests => bridge.BadRequests;

    protected override TimeSpan Step(Pty port, TimeSpan now)
    {
        var count = port.Read(buffer);
        if (count > 0)
        {
            bridge.Receive(buffer.AsSpan(0, count), now, answers);
            foreach (var answer in answers)
            {
                busFree = (busFree > now ? busFree : now) + answer.Takes;
                leaving.Enqueue((busFree + latency, answer.Frame));
            }

            answers.Clear();
        }

        while (leaving.TryPeek(out var next) && next.Due <= MonotonicClock.Now)
        {
            port.Write(leaving.Dequeue().Frame);
        }

        return leaving.TryPeek(out var later) ? later.Due - MonotonicClock.Now : TimeSpan.MaxValue;
    }

    protected override void StepUnplugged(TimeSpan now)
    {
        leaving.Clear();
        bridge.Replug();
    }
}
