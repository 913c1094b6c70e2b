using System.Net;
using System.Net.Sockets;

namespace Firmware.Pool;

/// <summary>
/// Names to addresses by the system's resolver, which may take its time and cannot be told to stop. One thread for a
/// name at most: whoever asks again while an answer is awaited waits for the same one, and no more threads pile up.
/// </summary>
/// <param name="resolve">None means the system's resolver.</param>
internal sealed class LookUp(Func<string, IPAddress[]>? resolve = null)
{
    /// <summary>More names than pools and redirects have: whoever makes us look up more is not served.</summary>
    public const int NamesMax = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Answer> awaited = [];

    /// <summary>Of the process: hung look-ups are counted together.</summary>
    public static LookUp System { get; } = new();

    /// <summary>How many threads wait for the resolver.</summary>
    public int Awaited
    {
        get
        {
            lock (gate)
            {
                return awaited.Count;
            }
        }
    }

    /// <summary>The addresses, as the resolver orders them; null where it did not answer in time.</summary>
    /// <exception cref="SocketException">There is no such host, or the resolver failed.</exception>
    public IPAddress[]? Addresses(string name, TimeSpan patience)
    {
        Answer? answer;
        lock (gate)
        {
            if (!awaited.TryGetValue(name, out answer))
            {
                if (awaited.Count == NamesMax)
                {
                    return null;
                }

                answer = new Answer();
                awaited.Add(name, answer);
                new Thread(() => Ask(name, answer)) { Name = "look-up", IsBackground = true }.Start();
            }
        }

        return answer.Wait(patience);
    }

    private void Ask(string name, Answer answer)
    {
        IPAddress[] addresses = [];
        SocketException? refusal = null;
        try
        {
            addresses = (resolve ?? Dns.GetHostAddresses)(name);
        }
        catch (SocketException refused)
        {
            refusal = refused;
        }

        lock (gate)
        {
            awaited.Remove(name); // Whoever asks from now on wants a fresh answer.
        }

        answer.Give(addresses, refusal);
    }

    private sealed class Answer
    {
        private readonly object gate = new();
        private IPAddress[]? addresses;
        private SocketException? refusal;

        public IPAddress[]? Wait(TimeSpan patience)
        {
            lock (gate)
            {
                for (var end = Environment.TickCount64 + (long)patience.TotalMilliseconds; addresses is null;)
                {
                    var left = end - Environment.TickCount64;
                    if (left <= 0 || !Monitor.Wait(gate, TimeSpan.FromMilliseconds(left)))
                    {
                        break;
                    }
                }

                return refusal is null ? addresses : throw refusal;
            }
        }

        public void Give(IPAddress[] found, SocketException? refused)
        {
            lock (gate)
            {
                refusal = refused;
                addresses = found;
                Monitor.PulseAll(gate);
            }
        }
    }
}
