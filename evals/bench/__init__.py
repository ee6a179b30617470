"""Speed, as ratios against peers measured in the same run, each with its goal beside it.

contests, table      what is measured and how; the tables
sizes                how much work there is, in full and in small
films, peers         the clips it is done on; the plainest way of doing the same work
child                work in a process of its own, to learn how much memory it takes
decoding posing embedding aligning retrieving comparing starting
                     the pieces of work, one module for each
"""
